package dev.primeline.workflows.report;

import dev.primeline.workflows.artifact.ArtifactRef;

/**
 * A written report.
 *
 * @param result the run's result.json
 * @param page its index.html
 */
public record ReportResult(ArtifactRef result, ArtifactRef page) {}
