package dev.primeline.workers.worker;

import dev.primeline.workflows.experiment.BadInput;
import io.temporal.common.VersioningBehavior;
import io.temporal.common.WorkerDeploymentVersion;
import io.temporal.worker.WorkerDeploymentOptions;
import java.util.Map;
import java.util.Optional;

/**
 * Which program a worker runs, as Temporal's worker deployments name it.
 *
 * @param deployment TEMPORAL_DEPLOYMENT_NAME; empty: the server is told the build, and routes
 *     nothing by it
 * @param buildId TEMPORAL_WORKER_BUILD_ID; unless set, the version and commit of the jar
 */
public record WorkerVersion(Optional<String> deployment, String buildId) {

  private static final String UNVERSIONED = "primeline";

  public WorkerVersion {
    // The server reads DEPLOYMENT.BUILD.
    if (deployment.filter(name -> name.contains(".")).isPresent()) {
      throw new BadInput(
          "TEMPORAL_DEPLOYMENT_NAME: %s, expected a name without a dot"
              .formatted(deployment.get()));
    }
  }

  static WorkerVersion from(Map<String, String> environment) {
    return new WorkerVersion(
        text(environment, "TEMPORAL_DEPLOYMENT_NAME"),
        text(environment, "TEMPORAL_WORKER_BUILD_ID").orElseGet(WorkerVersion::ofJar));
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** Version and commit, such as 0.1.0+3f2a9c1d; "development" outside of a jar. */
  public static String ofJar() {
    String version = WorkerVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * As the SDK wants it. Runs move to the newest version of their deployment: trainings outlive
   * deployments, and old histories replay.
   */
  WorkerDeploymentOptions options() {
    WorkerDeploymentOptions.Builder options =
        WorkerDeploymentOptions.newBuilder()
            .setVersion(new WorkerDeploymentVersion(deployment.orElse(UNVERSIONED), buildId));
    return deployment.isEmpty()
        ? options.build()
        : options
            .setUseVersioning(true)
            .setDefaultVersioningBehavior(VersioningBehavior.AUTO_UPGRADE)
            .build();
  }
}
