package dev.primeline.workflows.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;

/**
 * A written report.
 *
 * @param result the run's result.json
 * @param page its index.html
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReportResult(ArtifactRef result, ArtifactRef page) {}
