package dev.primeline.workers.cli;

import com.google.protobuf.util.Timestamps;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** When the activities of a queue ran, as the server's histories tell. */
final class ActivitySpans {

  /** How many more run from an instant on, in microseconds. */
  private final Map<Long, Integer> changes = new TreeMap<>();

  /** Of every workflow in the client's namespace; all of them have ended. */
  ActivitySpans(WorkflowClient client, String queue) {
    for (WorkflowExecution workflow :
        client.listExecutions("").map(run -> run.getExecution()).toList()) {
      read(
          client
              .fetchHistory(workflow.getWorkflowId(), workflow.getRunId())
              .getHistory()
              .getEventsList(),
          queue);
    }
  }

  private void read(List<HistoryEvent> events, String queue) {
    Set<Long> scheduled = new HashSet<>();
    Map<Long, Long> began = new HashMap<>();
    for (HistoryEvent event : events) {
      switch (event.getEventType()) {
        case EVENT_TYPE_ACTIVITY_TASK_SCHEDULED -> {
          var asked = event.getActivityTaskScheduledEventAttributes();
          if (asked.getTaskQueue().getName().equals(queue)) {
            scheduled.add(event.getEventId());
          }
        }
        case EVENT_TYPE_ACTIVITY_TASK_STARTED -> {
          var started = event.getActivityTaskStartedEventAttributes();
          if (scheduled.contains(started.getScheduledEventId())) {
            began.put(event.getEventId(), micros(event));
          }
        }
        case EVENT_TYPE_ACTIVITY_TASK_COMPLETED -> {
          Long start =
              began.remove(event.getActivityTaskCompletedEventAttributes().getStartedEventId());
          if (start != null) {
            changes.merge(start, 1, Integer::sum);
            changes.merge(micros(event), -1, Integer::sum);
          }
        }
        default -> {}
      }
    }
  }

  private static long micros(HistoryEvent event) {
    return Timestamps.toMicros(event.getEventTime());
  }

  /** How many ran at once when most did; 0 for a queue that had none. */
  int mostAtOnce() {
    int running = 0;
    int most = 0;
    for (int change : changes.values()) {
      running += change;
      most = Math.max(most, running);
    }
    return most;
  }
}
