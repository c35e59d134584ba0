package dev.primeline.workflows.training;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * A segment is about to take its first step: the first sign of life of an attempt.
 *
 * @param worker the worker's identity, process and host, as the Temporal UI shows it
 * @param step optimiser steps done
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SegmentBegan(String worker, long step) {}
