@NullMarked
package dev.primeline.activities.report;

import org.jspecify.annotations.NullMarked;
