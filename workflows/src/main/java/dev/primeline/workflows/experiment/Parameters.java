package dev.primeline.workflows.experiment;

/** How many trainable numbers a model has. */
public final class Parameters {

  private Parameters() {}

  /**
   * Embedding, body and head together: {@code ell (b + 1) D + layers (4 D^2 + 3 D F + 2 D) + D + H
   * D}, where F is the feed-forward width and H the head's rows ({@link #headRows}).
   */
  public static long count(ModelShape shape, Family family, int vocabularySize) {
    long width = shape.width();
    long layer = 4 * width * width + 3 * width * shape.feedForward() + 2 * width;
    long embedding = family.ell() * (family.base() + 1L) * width;
    return embedding + shape.layers() * layer + width + headRows(family, vocabularySize) * width;
  }

  /** Logits of the head: one per token, or {@code ell (b - 1)} per digit value but one. */
  public static long headRows(Family family, int vocabularySize) {
    return family.head() == Head.TOKEN ? vocabularySize : family.ell() * (family.base() - 1L);
  }
}
