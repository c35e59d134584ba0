package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Where a parabola's minimum lies.
 *
 * @param place among the sizes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Minimum(Place place) {}
