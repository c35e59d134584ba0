@NullMarked
package dev.primeline.activities.artifacts;

import org.jspecify.annotations.NullMarked;
