@NullMarked
package dev.primeline.activities.evaluation;

import org.jspecify.annotations.NullMarked;
