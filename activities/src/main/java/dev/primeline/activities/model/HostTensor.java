package dev.primeline.activities.model;

/**
 * A float32 tensor in host memory.
 *
 * @param name its public reference name (METHOD section 10)
 * @param shape its dimensions
 * @param values row-major
 */
public record HostTensor(String name, int[] shape, float[] values) {}
