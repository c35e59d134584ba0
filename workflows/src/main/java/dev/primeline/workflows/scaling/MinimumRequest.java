package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Look for the minimum of one family at one budget.
 *
 * @param points those that are finished, of three sizes at least
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record MinimumRequest(List<PointOutcome> points) {

  public MinimumRequest {
    points = List.copyOf(points);
  }
}
