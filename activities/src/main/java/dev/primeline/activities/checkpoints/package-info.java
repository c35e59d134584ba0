@NullMarked
package dev.primeline.activities.checkpoints;

import org.jspecify.annotations.NullMarked;
