package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workers.embedded.EmbeddedRun;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.generation.GenerationResult;
import dev.primeline.workflows.generation.GenerationWorkflow;
import dev.primeline.workflows.steps.Queues;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text out of small models of text. */
class GenerateCommandTest {

  private static final String PROMPT = "the cat ";

  @TempDir static Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    Path corpus = folder.resolve("cats.txt");
    Files.writeString(corpus, "the cat sat on the mat and saw the other cat.\n\n".repeat(200));
    StringWriter err = new StringWriter();
    int exit =
        Primeline.commandLine(Map.of())
            .setErr(new PrintWriter(err, true))
            .execute(
                "run",
                "--preset=smoke",
                "--corpus=" + corpus,
                "--heldout=" + corpus,
                "--tokenizer=bytes",
                "--set=families=[\"arm\",\"mdm\",\"prime-v2\","
                    + "{\"family\":\"prime-v2\",\"name\":\"sub\",\"head\":\"sub-token\"}]",
                "--steps=4",
                "--set=evaluation.maxTokens=64",
                "--set=model.length=32",
                "--run-id=small",
                "--output=" + folder);
    assertThat(exit).as(err.toString()).isZero();
  }

  private int generate(Map<String, String> environment, String checkpoint, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> arguments =
        new ArrayList<>(List.of("generate", "--checkpoint=" + checkpoint, "--output=" + folder));
    arguments.addAll(List.of(more));
    return Primeline.commandLine(environment)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  private String text(String family, String... more) {
    int exit = generate(Map.of(), "small/" + family, more);
    assertThat(exit).as(err.toString()).isZero();
    return out.toString();
  }

  private void expectRefusal(int exit, String said) {
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("primeline: ").contains(said).hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arm", "mdm", "prime-v2", "sub"})
  void aSeedGivesItsText(String family) throws IOException {
    String[] options = {"--prompt=" + PROMPT, "--tokens=9", "--seed=5", "--json", "--samples=2"};
    String first = text(family, options);
    assertThat(first.lines()).hasSize(2).doesNotHaveDuplicates();
    assertThat(text(family, options)).isEqualTo(first);
    assertThat(text(family, "--prompt=" + PROMPT, "--tokens=9", "--seed=6", "--json"))
        .isNotEqualTo(first.lines().findFirst().orElseThrow() + System.lineSeparator());
    JsonNode line = new ObjectMapper().readTree(first.lines().findFirst().orElseThrow());
    assertThat(line.get("text").textValue()).startsWith(PROMPT);
    assertThat(line.get("tokens")).hasSize(PROMPT.length() + 9);
    line.get("tokens").forEach(token -> assertThat(token.intValue()).isBetween(0, 256));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mdm", "prime-v2", "sub"})
  void aGapIsFilledBetweenPromptAndSuffix(String family) {
    assertThat(
            text(
                family,
                "--prompt=" + PROMPT,
                "--suffix= mat.",
                "--order=confidence",
                "--steps=5",
                "--temperature=0.7",
                "--top-p=0.9"))
        .startsWith(PROMPT)
        .endsWith(" mat." + System.lineSeparator());
  }

  @Test
  void theReportShowsTextsOfEveryFamily() throws IOException {
    String page = Files.readString(folder.resolve("runs/small/report/index.html"));
    assertThat(page.split("<pre class=\"sample\">", -1)).hasSize(1 + 2 * 4);
    try (var files = Files.list(folder.resolve("samples"))) {
      for (Path file : files.toList()) {
        assertThat(Files.readAllLines(file))
            .hasSize(2)
            .allSatisfy(
                line -> assertThat(new ObjectMapper().readTree(line).get("tokens")).hasSize(32));
      }
    }
  }

  @Test
  void onATerminalTheTextIsSeenToAppear() {
    Map<String, String> terminal = Map.of("TERM", "xterm", Terminal.COLUMNS, "80");
    assertThat(generate(terminal, "small/mdm", "--prompt=" + PROMPT, "--tokens=6", "--steps=3"))
        .isZero();
    assertThat(out.toString()).contains("\u2591").containsPattern("\u001b\\[\\dA");
    assertThat(Screen.after(out.toString())).allMatch(line -> !line.contains("\u2591"));
    assertThat(text("mdm", "--prompt=" + PROMPT, "--tokens=6", "--steps=3"))
        .doesNotContain("\u001b[", "\u2591");
  }

  @Test
  void aPromptMayComeFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("prompt.txt"), "the mat");
    assertThat(text("arm", "--prompt-file=" + file, "--tokens=3")).startsWith("the mat");
    Files.write(file, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    expectRefusal(
        generate(Map.of(), "small/arm", "--prompt-file=" + file),
        "prompt.txt: not UTF-8, expected text in UTF-8");
    expectRefusal(
        generate(Map.of(), "small/arm", "--prompt-file=" + folder.resolve("none")),
        "none: cannot be read");
    expectRefusal(
        generate(Map.of(), "small/arm", "--prompt-file=" + file, "--prompt=x"), "both are given");
  }

  @Test
  void whatCannotBeMeantIsOneSentence() {
    expectRefusal(generate(Map.of(), "small/arm", "--prompt="), "--prompt: empty, expected text");
    expectRefusal(
        generate(Map.of(), "small/arm", "--prompt=caf\uFFFD"),
        "--prompt: character 4 is no text, expected UTF-8");
    expectRefusal(
        generate(Map.of(), "small/arm", "--prompt=" + "x".repeat(32)),
        "prompt and suffix: 32 tokens, expected fewer than the 32 of the model's window");
    expectRefusal(
        generate(Map.of(), "small/arm", "--prompt=xx", "--tokens=31"),
        "tokens: 31, expected between 1 and 30");
    expectRefusal(generate(Map.of(), "small/arm", "--suffix=x"), "suffix: arm writes from left");
    expectRefusal(generate(Map.of(), "small/arm", "--steps=3"), "steps: an autoregressive");
    expectRefusal(generate(Map.of(), "small/mdm", "--steps=0"), "steps: 0, expected at least 1");
    expectRefusal(generate(Map.of(), "small/mdm", "--top-p=0"), "top-p: 0.0, expected more");
    expectRefusal(generate(Map.of(), "small/mdm", "--temperature=-1"), "temperature: -1.0, exp");
    expectRefusal(generate(Map.of(), "small/mdm", "--order=best"), "expected random or confidence");
    expectRefusal(generate(Map.of(), "small/mdn"), "did you mean \"mdm\"?");
  }

  @Test
  void aWorkflowWritesManyTextsOnceAndTheSameAsTheCommand() throws IOException {
    String text =
        "{\"checkpoint\": \"small/prime-v2\", \"tokens\": 5, \"samples\": 2,"
            + " \"prompts\": [{\"prompt\": \"the \", \"suffix\": \".\"}, {}]}";
    try (EmbeddedRun run = new EmbeddedRun(folder, WorkerSettings.from(Map.of()), word -> {})) {
      GenerationResult first = workflow(run, "first").run(new ObjectMapper().readTree(text));
      assertThat(first.count()).isEqualTo(4);
      assertThat(first.reused()).isFalse();
      List<String> lines = Files.readAllLines(folder.resolve(first.texts().key()));
      assertThat(lines).hasSize(4).doesNotHaveDuplicates();
      assertThat(text("prime-v2", "--prompt=the ", "--suffix=.", "--tokens=5", "--json"))
          .isEqualTo(lines.get(0) + System.lineSeparator());
      assertThat(workflow(run, "again").run(new ObjectMapper().readTree(text)).reused()).isTrue();

      for (var bad :
          Map.of(
                  "{}",
                  "checkpoint: missing",
                  text.replace("samples", "smaples"),
                  "did you mean \"samples\"?",
                  text.replace("\"the \"", "\"\""),
                  "prompts: an empty text",
                  text.replace("prime-v2", "prime"),
                  "the run has no family prime")
              .entrySet()) {
        JsonNode request = new ObjectMapper().readTree(bad.getKey());
        GenerationWorkflow refused = workflow(run, "bad" + bad.getKey().hashCode());
        assertThatThrownBy(() -> refused.run(request))
            .isInstanceOf(WorkflowException.class)
            .satisfies(
                error -> {
                  assertThat(ErrorSentence.of(error)).contains(bad.getValue());
                  assertThat(ErrorSentence.blamesInput(error)).isTrue();
                });
      }
    }
  }

  private static GenerationWorkflow workflow(EmbeddedRun run, String id) {
    return run.client()
        .newWorkflowStub(
            GenerationWorkflow.class,
            WorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(Queues.ORCHESTRATION)
                .build());
  }

  /** As if another run's tokenizer or weights lay where this one's belong. */
  @Test
  void aCheckpointAndCodesThatDoNotBelongTogetherAreRefused() throws IOException {
    StoredRun run = new StoredRun(folder);
    ObjectMapper json = new ObjectMapper();
    for (Path manifest : run.manifests(4)) {
      Path spec = manifest.resolveSibling("../spec.json").normalize();
      ObjectNode training = (ObjectNode) json.readTree(spec.toFile());
      if (training.at("/family/name").textValue().equals("prime-v2")) {
        byte[] before = Files.readAllBytes(spec);
        ((ObjectNode) training.get("family")).put("ell", 10);
        Files.write(spec, json.writeValueAsBytes(training));
        String key = folder.relativize(manifest).toString();
        expectRefusal(
            generate(Map.of(), key),
            "codes of 257 tokens with 9 digits of base 2, expected 257 tokens with 10 of base 2");
        ((ObjectNode) training.get("family")).put("ell", 9);
        training.put("vocabularySize", 300);
        Files.write(spec, json.writeValueAsBytes(training));
        expectRefusal(
            generate(Map.of(), key), "a tokenizer of 257 tokens, expected the 300 that prime-v2");
        training.put("vocabularySize", 257);
        training.put("hash", "0123");
        Files.write(spec, json.writeValueAsBytes(training));
        expectRefusal(generate(Map.of(), key), "expected one of 0123");
        Files.write(spec, before);
        assertThat(generate(Map.of(), key, "--tokens=2")).isZero();
      }
    }
  }
}
