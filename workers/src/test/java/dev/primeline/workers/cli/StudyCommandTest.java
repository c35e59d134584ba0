package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyCommandTest {

  private static final String STUDY =
      """
      {
        "experiment": {
          "corpus": {"synthetic": {"symbols": 15, "states": 4, "trainSequences": 2000, "heldoutSequences": 32}},
          "families": ["mdm"],
          "model": {"length": 16},
          "training": {"batch": 8, "microBatch": 8, "evaluateEvery": 1000, "heldoutSequences": 8},
          "evaluation": {"draws": 2}
        },
        "sizes": [
          {"name": "w8", "layers": 1, "width": 8, "heads": 1, "feedForward": 16},
          {"name": "w12", "layers": 1, "width": 12, "heads": 1, "feedForward": 24},
          {"name": "w16", "layers": 1, "width": 16, "heads": 1, "feedForward": 32}
        ],
        "budgets": [{"flops": 1.5e8, "sizes": ["w8", "w12", "w16"]}],
        "seeds": [1]
      }
      """;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int primeline(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private int study(String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("study.json"), STUDY);
    List<String> all =
        new ArrayList<>(List.of("study", "--spec=" + file, "--output=" + folder.resolve("out")));
    all.addAll(List.of(more));
    return primeline(all.toArray(String[]::new));
  }

  private Map<Path, FileTime> manifests() throws IOException {
    Map<Path, FileTime> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("out/trainings"))) {
      for (Path file : files.filter(path -> path.endsWith("manifest.json")).toList()) {
        found.put(file, Files.getLastModifiedTime(file));
      }
    }
    return found;
  }

  @Test
  void addedBudgetsTrainOnlyWhatIsNewAndThePageLinksEveryTraining() throws IOException {
    assertThat(study()).as(err.toString()).isZero();
    Map<Path, FileTime> first = manifests();
    assertThat(first).hasSize(3);
    assertThat(
            study(
                "--set=budgets=[{\"flops\":1.5e8,\"sizes\":[\"w8\",\"w12\",\"w16\"]},{\"flops\":3e8,\"sizes\":[\"w8\",\"w12\",\"w16\"]}]"))
        .as(err.toString())
        .isZero();
    assertThat(manifests()).hasSize(6).containsAllEntriesOf(first);
    List<Path> pages;
    try (Stream<Path> files = Files.walk(folder.resolve("out/studies"))) {
      pages = files.filter(path -> path.endsWith("index.html")).toList();
    }
    assertThat(pages).hasSize(2);
    for (Path page : pages) {
      List<String> links =
          Pattern.compile("href=\"([^\"]+)\"")
              .matcher(Files.readString(page))
              .results()
              .map(match -> match.group(1))
              .toList();
      assertThat(links).hasSizeBetween(3, 6);
      assertThat(links).allSatisfy(link -> assertThat(page.resolveSibling(link)).exists());
      out.getBuffer().setLength(0);
      assertThat(primeline("fit", page.resolveSibling("points.csv").toString())).isZero();
      assertThat(out.toString()).contains("mdm");
    }
  }

  @Test
  void aStudyThatCannotBeIsRefusedBeforeAnythingIsWritten() throws IOException {
    assertThat(study("--set=budgets=[1e7]")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("budgets[0]: at 1e7 FLOPs 0 of the sizes can be trained");
    assertThat(primeline("study", "--preset=study-tine", "--output=" + folder.resolve("out")))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("did you mean \"study-tiny\"?");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aPlanOfAStudyCountsItsTrainings() throws IOException {
    Path file = Files.writeString(folder.resolve("study.json"), STUDY);
    assertThat(primeline("plan", "--study=" + file, "--output=" + folder.resolve("out")))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("in all 3 trainings (up to 3 where brackets grow), 4.5e+08");
  }
}
