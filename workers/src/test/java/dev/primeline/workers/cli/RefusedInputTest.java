package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.artifacts.StoreLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code primeline run} says to what it cannot use, through the whole command. */
class RefusedInputTest {

  private static final String TEXT = "To be, or not to be, that is the question.\n\n".repeat(400);

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "--output=" + folder.resolve("out")));
    for (String argument : arguments) {
      all.add(argument.replace("FOLDER", folder.toString()));
    }
    return Primeline.commandLine(environment)
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private void expectRefusal(int exit, String... said) throws IOException {
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("primeline: ").hasLineCount(1);
    assertThat(err.toString()).contains(said).doesNotContain("Exception", "null");
    expectNothingWritten();
  }

  private void expectNothingWritten() throws IOException {
    Path out = folder.resolve("out");
    if (Files.isDirectory(out)) {
      try (Stream<Path> files = Files.walk(out)) {
        assertThat(files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()))
            .allMatch(name -> name.equals("primeline.log") || name.endsWith("lock"));
      }
    }
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path file(String name, String text) throws IOException {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<Arguments> specifications() {
    return Stream.of(
        Arguments.of("--set=preset=smoke", "preset", "expected once"),
        Arguments.of("--set=model.layer=3", "model.layer", "did you mean \"layers\""),
        Arguments.of("--set=model.layers=three", "model.layers", "three"),
        Arguments.of("--set=model.layers=0", "model.layers: 0", "between 1 and 1000"),
        Arguments.of("--set=model.heads=5", "5 heads", "multiple"),
        Arguments.of("--families=prime-v3", "prime-v3", "prime-v2"),
        Arguments.of("--set=families=[{\"family\":\"prime\",\"ell\":2,\"base\":3}]", "base", "9"),
        Arguments.of(
            "--set=families=[{\"family\":\"prime\",\"head\":\"sub-token\",\"objective\":\"joint\"}]",
            "joint",
            "sub-token"),
        Arguments.of(
            "--set=families=[{\"family\":\"mdm\",\"head\":\"sub-token\"}]",
            "families[0].head",
            "sub-token"),
        Arguments.of("--set", "--set", "KEY=VALUE"),
        Arguments.of("--set=model.layers", "model.layers", "KEY=VALUE"),
        Arguments.of("--steps=many", "training.steps", "many"),
        Arguments.of("--seed=-", "seed", "whole number"),
        Arguments.of("--set=model.layers=99999", "model.layers: 99999", "between 1 and 1000"),
        Arguments.of("--step=3", "--step", "did you mean \"--steps\""),
        Arguments.of("book.txt", "book.txt", "a glob needs quotes"),
        Arguments.of("--corpus=", "corpus", "expected"),
        Arguments.of("--corpus=FOLDER/none.txt", "none.txt", "no such file"),
        Arguments.of("--corpus=FOLDER/*.txt", "*.txt", "expected"));
  }

  @ParameterizedTest
  @MethodSource("specifications")
  void aWrongSpecificationIsOneSentence(String argument, String where, String expected)
      throws Exception {
    expectRefusal(run("--preset=smoke", argument), where, expected);
  }

  @Test
  void anUnknownPresetIsAnsweredWithTheNearestOne() throws Exception {
    expectRefusal(run("--preset=quikstart"), "preset", "did you mean \"quickstart\"");
  }

  @Test
  void anEmptyCorpusIsNamed() throws Exception {
    Path empty = file("empty.txt", "");
    expectRefusal(run("--preset=smoke", "--corpus=" + empty), "empty.txt");
  }

  @Test
  void aBinaryFileIsNamed() throws Exception {
    byte[] bytes = new byte[4096];
    bytes[1] = (byte) 0xff;
    bytes[0] = 0x7f;
    expectRefusal(run("--preset=smoke", "--corpus=" + file("book.txt", bytes)), "book.txt");
  }

  @Test
  void blanksAloneAreNoText() throws Exception {
    Path blanks = file("blanks.txt", " \n\t\n   \r\n".repeat(400));
    expectRefusal(run("--preset=smoke", "--corpus=" + blanks), "blanks.txt");
  }

  @Test
  void textInUtf16IsNoUtf8() throws Exception {
    Path wide = file("wide.txt", TEXT.getBytes(StandardCharsets.UTF_16));
    expectRefusal(run("--preset=smoke", "--corpus=" + wide), "wide.txt:1: not UTF-8 text");
  }

  @Test
  void aCorpusShorterThanAWindowIsRefused() throws Exception {
    Path brief = file("brief.txt", "Too short.\n\nIndeed.\n");
    expectRefusal(
        run("--preset=smoke", "--corpus=" + brief), "brief.txt", "model.length 32", "expected");
  }

  @Test
  void anAddressThatIsNoneIsNamed() throws Exception {
    environment.put("TEMPORAL_ADDRESS", "localhost");
    expectRefusal(run("--preset=smoke"), "TEMPORAL_ADDRESS: localhost", "host:port");
  }

  @Test
  void aStoreThatIsNoneIsNamed() throws Exception {
    environment.put("PRIMELINE_STORE", "s3:/bucket/prefix");
    expectRefusal(run("--preset=smoke"), "\"s3:/bucket/prefix\"", "expected s3://bucket/prefix");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedInSeconds() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort(); // Nobody listens there any more in a moment.
    }
    environment.put("TEMPORAL_ADDRESS", "127.0.0.1:" + port);
    environment.put("PRIMELINE_STORE", folder.resolve("store").toString());
    Instant began = Instant.now();
    int exit = run("--preset=smoke");
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(15));
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).startsWith("primeline: ").hasLineCount(1);
    assertThat(err.toString()).contains("127.0.0.1:" + port).doesNotContain("Exception");
    expectNothingWritten();
  }

  @Test
  void aBrokenLineOfJsonIsNamedByFileAndLine() throws Exception {
    Path broken = file("lines.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n{\"text\": \n");
    expectRefusal(run("--preset=smoke", "--corpus=" + broken), "lines.jsonl", "3");
  }

  @Test
  void heldOutTextShorterThanAWindowIsRefused() throws Exception {
    Path book = file("book.txt", TEXT);
    Path brief = file("short.txt", "Too short.");
    expectRefusal(
        run("--preset=smoke", "--corpus=" + book, "--heldout=" + brief), "held-out", "32");
  }

  @Test
  void aMissingHeldOutFileIsNamed() throws Exception {
    Path book = file("book.txt", TEXT);
    expectRefusal(
        run("--preset=smoke", "--corpus=" + book, "--heldout=FOLDER/none.txt"),
        "none.txt",
        "no such file");
  }

  @Test
  void anOutputFolderThatIsAFileIsNamed() throws Exception {
    Files.writeString(folder.resolve("out"), "not a folder");
    int exit = run("--preset=smoke");
    assertThat(exit).isNotZero();
    assertThat(err.toString()).startsWith("primeline: ").hasLineCount(1).contains("out");
    assertThat(folder.resolve("out")).hasContent("not a folder");
  }

  @Test
  void anOutputFolderInUseIsNamed() throws Exception {
    try (StoreLock held = StoreLock.acquire(folder.resolve("out"))) {
      assertThat(held).isNotNull();
      expectRefusal(run("--preset=smoke"), "out", "in use");
    }
  }
}
