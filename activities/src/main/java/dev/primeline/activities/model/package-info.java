@NullMarked
package dev.primeline.activities.model;

import org.jspecify.annotations.NullMarked;
