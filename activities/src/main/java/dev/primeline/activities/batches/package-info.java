@NullMarked
package dev.primeline.activities.batches;

import org.jspecify.annotations.NullMarked;
