package dev.primeline.activities.model;

/**
 * What a doctor wants to know of an engine.
 *
 * @param libtorch its version
 * @param settings device, threads, and who multiplies matrices
 * @param singleGigaflops the best of several fp32 products of 1024 x 1024 matrices, GFLOP/s
 * @param halfGigaflops the same in bf16
 */
public record EngineReport(
    String libtorch, EngineSettings settings, double singleGigaflops, double halfGigaflops) {}
