package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One compute budget.
 *
 * @param flops of a training, see {@code Flops}
 * @param sizes exactly these; null for a {@link Bracket} around the expected optimum, and then no
 *     key of the JSON
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Budget(
    double flops, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> sizes) {

  public Budget {
    sizes = sizes == null ? null : List.copyOf(sizes);
  }
}
