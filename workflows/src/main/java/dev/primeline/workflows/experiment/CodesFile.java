package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.primeline.workflows.artifact.ArtifactRef;
import org.jspecify.annotations.Nullable;

/**
 * A given code for every token, such as a published permutation.
 *
 * @param uri where it is: a path, {@code s3://} or {@code https://}
 * @param stored its codes in the store; null until the file is read, and then they decide
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CodesFile(String uri, @Nullable ArtifactRef stored) {}
