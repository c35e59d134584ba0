package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import org.jspecify.annotations.Nullable;

/** Puts the full specification into history, so that nothing later reads presets or defaults. */
@ActivityInterface
public interface ExperimentActivities {

  /**
   * Resolves what the user typed, and looks at where the run runs. Fails as {@code BadInput} with
   * key, value and nearest name.
   */
  @ActivityMethod(name = "ResolveSpec")
  Resolved resolve(@Nullable JsonNode typed);
}
