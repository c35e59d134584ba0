/**
 * Scaling studies: which loss at which compute (METHOD section 7).
 *
 * <p>In: points, each a training's compute, parameters, tokens and held-out loss.
 *
 * <p>Out: IsoFLOP parabolas, a loss law, compute multipliers, all with intervals.
 *
 * <p>Read first: {@link dev.primeline.activities.scaling.ScalingAnalysis}.
 */
@NullMarked
package dev.primeline.activities.scaling;

import org.jspecify.annotations.NullMarked;
