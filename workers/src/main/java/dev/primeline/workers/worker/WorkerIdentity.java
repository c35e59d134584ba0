package dev.primeline.workers.worker;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who a worker process is, as histories and the Temporal UI show it: {@code gpu@host:cuda:0/4711}.
 *
 * @param device what it trains on; empty when it does not
 */
record WorkerIdentity(Set<Role> roles, String host, Optional<String> device, long pid) {

  /** This process. */
  static WorkerIdentity of(Set<Role> roles, Optional<String> device) {
    String name = ManagementFactory.getRuntimeMXBean().getName();
    return new WorkerIdentity(
        roles, name.substring(name.indexOf('@') + 1), device, ProcessHandle.current().pid());
  }

  @Override
  public String toString() {
    return "%s@%s%s/%d"
        .formatted(
            roles.stream()
                .sorted()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("+")),
            host,
            device.map(name -> ":" + name).orElse(""),
            pid);
  }
}
