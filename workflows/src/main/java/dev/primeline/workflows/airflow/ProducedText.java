package dev.primeline.workflows.airflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * A text that a DAG made.
 *
 * @param uri where it is, as {@code corpus.uri} of a specification
 * @param heldout the same of a text to score, as {@code corpus.heldout}; null when it made none
 * @param dagRun the DAG run's id
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProducedText(String uri, @Nullable String heldout, String dagRun) {}
