package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Floating-point operations of training one scored token, forward and backward; a multiply-add is
 * two, and the backward pass is twice the forward.
 *
 * <pre>
 *   body       3 * 2 * layers * (4 D^2 + 3 D F)
 *   attention  3 * 2 * layers * 2 D S        S = L for full attention, L / 2 for causal
 *   head       3 * 2 * share * H D           H = rows of the head
 * </pre>
 *
 * <p>Only positions with a masked digit reach the head. With t ~ U(0,1) their share is {@code 1 -
 * E[(1 - t)^ell] = ell / (ell + 1)}; ARM scores every position. Element-wise work and the embedding
 * are not counted.
 *
 * @param body weights of the transformer blocks
 * @param attention the products of queries, keys and values
 * @param head the last layer
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Flops(double body, double attention, double head) {

  /** The formula above for one family. */
  public static Flops perToken(ModelShape shape, Family family, int vocabularySize) {
    double width = shape.width();
    double layer = 4 * width * width + 3 * width * shape.feedForward();
    double seen = family.autoregressive() ? shape.length() / 2.0 : shape.length();
    double share = family.autoregressive() ? 1 : family.ell() / (family.ell() + 1.0);
    return new Flops(
        6 * shape.layers() * layer,
        6 * shape.layers() * 2 * width * seen,
        6 * share * Parameters.headRows(family, vocabularySize) * width);
  }

  /** All three. */
  public double total() {
    return body + attention + head;
  }
}
