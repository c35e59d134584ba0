package dev.primeline.activities.model;

/**
 * Who multiplies matrices. Results differ in the last bits, so the choice is part of a training's
 * fingerprint.
 */
public enum Kernel {
  /** oneDNN in fp32; CPU only, about twice as fast as MKL on AMD. */
  ONEDNN("onednn"),
  /** libtorch's own choice: MKL or another BLAS on a CPU, cuBLAS on a GPU. */
  MKL("mkl");

  private final String label;

  Kernel(String label) {
    this.label = label;
  }

  /** The name in fingerprints and settings. */
  public String label() {
    return label;
  }

  /**
   * The kernel of a label.
   *
   * @throws IllegalArgumentException for any other label
   */
  public static Kernel of(String label) {
    for (Kernel kernel : values()) {
      if (kernel.label.equals(label)) {
        return kernel;
      }
    }
    throw new IllegalArgumentException("kernel: \"%s\", expected onednn or mkl".formatted(label));
  }
}
