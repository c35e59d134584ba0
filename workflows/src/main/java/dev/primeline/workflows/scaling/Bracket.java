package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Which sizes a budget begins with, and how far it may look for its optimum.
 *
 * @param first neighbouring sizes to begin with; three determine a parabola
 * @param most sizes after widening, which adds one at a time on the side of the parabola's minimum
 * @param tokensPerParameter D / N where the optimum is expected
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Bracket(int first, int most, double tokensPerParameter) {}
