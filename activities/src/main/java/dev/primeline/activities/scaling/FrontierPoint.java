package dev.primeline.activities.scaling;

import org.jspecify.annotations.Nullable;

/**
 * What is best at one budget.
 *
 * @param flops the budget C
 * @param parameters N*(C)
 * @param parametersInterval of N*; open where the curvature is not told from zero, null where as
 *     many numbers were fitted as there are points
 * @param tokens D*(C)
 * @param nats the parabola's loss there
 */
public record FrontierPoint(
    double flops,
    double parameters,
    @Nullable Interval parametersInterval,
    double tokens,
    double nats) {}
