package dev.primeline.workers.crash;

import java.util.List;
import java.util.stream.Stream;

/**
 * A moment with a name.
 *
 * @param name what is under way
 * @param way places that are passed until then
 */
record Point(String name, String... way) {

  private static final String SAVE = "activities.training.BackgroundSaving.save#3";
  private static final String UPLOAD = "activities.checkpoints.Checkpoints.upload#2";
  private static final String MANIFEST = "activities.checkpoints.Manifest.seal#2";
  private static final String REPORT = "activities.report.RunReport.write";

  /**
   * In the life of every checkpoint. None is a process's first: so a commit lies between two kills,
   * and three in a row are not taken for one step that kills its workers.
   */
  static final List<Point> OF_CHECKPOINTS =
      List.of(
          new Point("before the snapshot", SAVE),
          new Point("in the snapshot", SAVE, "activities.model.ModelState.<init>"),
          new Point("after the snapshot", SAVE, "activities.training.TrainingState.<init>"),
          new Point("before the upload", UPLOAD),
          new Point(
              "in the upload, in a file",
              UPLOAD,
              "activities.artifacts.LocalArtifactStore.put#2",
              "activities.artifacts.Incoming.copy"),
          new Point(
              "in the upload, between files",
              UPLOAD,
              "activities.artifacts.LocalArtifactStore.put#3"),
          new Point("after the upload", UPLOAD, "activities.checkpoints.Manifest.<init>"),
          new Point("before the manifest", MANIFEST),
          new Point(
              "in the manifest, written and without a name",
              MANIFEST,
              "activities.artifacts.LocalArtifactStore.link"),
          new Point(
              "in the manifest, named and not yet flushed",
              MANIFEST,
              "activities.artifacts.Folders.sync"),
          new Point("after the manifest", "activities.checkpoints.Checkpoints.committed#2"),
          new Point(
              "in the removal of an old checkpoint",
              "activities.checkpoints.Retention.remove",
              "activities.artifacts.LocalArtifactStore.delete#2"));

  /** When a training's end is told. */
  static final List<Point> OF_ENDS =
      List.of(
          new Point("before the report of a training's end", "activities.training.Segment.result"),
          new Point("in the report of a training's end", "workflows.training.SegmentResult.<init>"),
          new Point(
              "after the report of a training's end",
              "activities.evaluation.EvaluationActivitiesImpl.evaluate"));

  /** When the run's result is written. */
  static final List<Point> OF_REPORTS =
      List.of(
          new Point("before the run's report", REPORT),
          new Point(
              "in the run's report",
              REPORT,
              "activities.artifacts.LocalArtifactStore.putIfAbsent#2"),
          new Point("after the run's report", "workers.cli.RunOutput.deliver"));

  static List<Point> all() {
    return Stream.of(OF_CHECKPOINTS, OF_ENDS, OF_REPORTS).flatMap(List::stream).toList();
  }

  Watched.Trap kill() {
    return Watched.Trap.kill(way);
  }
}
