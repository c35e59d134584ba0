package dev.primeline.activities.model;

/**
 * What a doctor wants to know of an engine.
 *
 * @param libtorch its version
 * @param device {@code cpu} or {@code gpu0}
 * @param threads of one operation
 * @param kernel who multiplies matrices
 * @param gigaflopsPerSecond the best of several fp32 products of 1024 x 1024 matrices
 */
public record EngineReport(
    String libtorch, String device, int threads, Kernel kernel, double gigaflopsPerSecond) {}
