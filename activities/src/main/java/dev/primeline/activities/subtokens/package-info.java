@NullMarked
package dev.primeline.activities.subtokens;

import org.jspecify.annotations.NullMarked;
