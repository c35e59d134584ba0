package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What training's matrix products compute in. Weights, moments, norms and losses are fp32 in both;
 * scoring is always fp32.
 */
public enum Precision {
  /** IEEE single precision. */
  @JsonProperty("fp32")
  FP32("float32"),
  /** bfloat16 copies of the matrices and of what they multiply. */
  @JsonProperty("bf16")
  BF16("bfloat16");

  private final String dtype;

  Precision(String dtype) {
    this.dtype = dtype;
  }

  /** The type's name, as in safetensors headers and fingerprints. */
  public String dtype() {
    return dtype;
  }
}
