package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * A finished study.
 *
 * @param studyId the workflow id
 * @param report where numbers and page are
 * @param finished points with a number
 * @param failed points without one
 * @param whole false where the study was ended before all its points were begun
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StudyResult(
    String studyId, StudyReport report, int finished, int failed, boolean whole) {}
