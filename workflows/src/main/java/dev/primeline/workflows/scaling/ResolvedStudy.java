package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.Search;
import org.jspecify.annotations.Nullable;

/**
 * What a study finds out first, so that nothing later depends on where that was looked up.
 *
 * @param spec every value decided
 * @param search whether the namespace has the search attributes of runs
 * @param artifactUrl address of an artifact for people, with {@code {key}} in it; null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ResolvedStudy(StudySpec spec, Search search, @Nullable String artifactUrl) {}
