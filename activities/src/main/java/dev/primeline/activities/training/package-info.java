@NullMarked
package dev.primeline.activities.training;

import org.jspecify.annotations.NullMarked;
