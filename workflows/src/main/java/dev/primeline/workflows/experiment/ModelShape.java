package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The backbone: a Llama-style encoder, the same for every family.
 *
 * @param layers transformer blocks
 * @param width of the residual stream, a multiple of {@code heads}
 * @param heads attention heads; {@code width / heads} is even
 * @param feedForward hidden width of the SwiGLU
 * @param length scored tokens L of a window; the window holds L + 1 with its separator
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ModelShape(int layers, int width, int heads, int feedForward, int length) {

  /** Width of one attention head. */
  public int headWidth() {
    return width / heads;
  }
}
