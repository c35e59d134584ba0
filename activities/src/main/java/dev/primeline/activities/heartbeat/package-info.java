/**
 * How a long activity is heard of, and how it hears that it should stop.
 *
 * <p>In: what the activity last said about itself.
 *
 * <p>Out: heartbeats while there is progress, and a reason to stop.
 *
 * <p>Read first: {@link dev.primeline.activities.heartbeat.Heartbeat}.
 */
@NullMarked
package dev.primeline.activities.heartbeat;

import org.jspecify.annotations.NullMarked;
