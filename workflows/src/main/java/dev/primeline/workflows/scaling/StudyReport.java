package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.List;

/**
 * A study's written report.
 *
 * @param result the study's result.json
 * @param page its index.html
 * @param points its points.csv, which {@code primeline fit} reads
 * @param conclusions what may and may not be concluded, a sentence each
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StudyReport(
    ArtifactRef result, ArtifactRef page, ArtifactRef points, List<String> conclusions) {

  public StudyReport {
    conclusions = List.copyOf(conclusions);
  }
}
