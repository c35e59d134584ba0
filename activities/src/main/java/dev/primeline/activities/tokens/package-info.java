@NullMarked
package dev.primeline.activities.tokens;

import org.jspecify.annotations.NullMarked;
