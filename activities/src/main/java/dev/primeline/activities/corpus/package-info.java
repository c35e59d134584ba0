@NullMarked
package dev.primeline.activities.corpus;

import org.jspecify.annotations.NullMarked;
