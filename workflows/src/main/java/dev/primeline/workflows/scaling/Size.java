package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.ModelShape;

/**
 * One rung of a study's ladder of sizes.
 *
 * @param name unique in the study
 * @param layers transformer blocks
 * @param width of the residual stream
 * @param heads attention heads
 * @param feedForward hidden width of the SwiGLU
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Size(String name, int layers, int width, int heads, int feedForward) {

  ModelShape shape(int length) {
    return new ModelShape(layers, width, heads, feedForward, length);
  }
}
