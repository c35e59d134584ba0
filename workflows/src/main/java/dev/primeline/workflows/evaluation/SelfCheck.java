package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The verdict of the three alarms of METHOD section 2 on one evaluation.
 *
 * @param alarms each alarm that was run, in order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SelfCheck(List<Alarm> alarms) {

  public SelfCheck {
    alarms = List.copyOf(alarms);
  }

  /** True when any alarm fired: the numbers must not be believed. */
  public boolean fired() {
    return alarms.stream().anyMatch(Alarm::fired);
  }

  /**
   * One alarm.
   *
   * @param name oracle, kraft or model
   * @param fired whether it found a contradiction
   * @param detail the measured values in one sentence
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Alarm(String name, boolean fired, String detail) {}
}
