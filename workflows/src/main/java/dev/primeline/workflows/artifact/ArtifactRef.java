package dev.primeline.workflows.artifact;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Names a stored object. References travel in histories, contents never.
 *
 * @param key path inside the store, without a leading slash
 * @param sha256 lower-case hex of the content
 * @param bytes length of the content
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ArtifactRef(String key, String sha256, long bytes) {}
