package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs bin/primeline with a java and an mvn that only say how they were called. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {

  private static final List<String> TOOLS =
      List.of(
          "bash",
          "dirname",
          "readlink",
          "sed",
          "grep",
          "head",
          "find",
          "touch",
          "mkdir",
          "mv",
          "cat",
          "sort",
          "wc",
          "nproc",
          "lscpu",
          "flock");

  @TempDir private Path folder;
  private Path tools;
  private Path checkout;
  private Path installed;
  private final Map<String, String> environment = new HashMap<>();

  private record Outcome(int exit, String out, String err) {}

  @BeforeEach
  void fakeTheWorld() throws IOException {
    Path script = Path.of(System.getProperty("primeline.root"), "workers/bin/primeline");
    tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : TOOLS) {
      for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
        Path file = Path.of(place, tool);
        if (Files.isExecutable(file) && !Files.exists(tools.resolve(tool))) {
          executable(tool, "exec " + file + " \"$@\"");
        }
      }
    }
    checkout = Files.createDirectory(folder.resolve("check out"));
    Files.createDirectories(checkout.resolve("workers/bin"));
    Files.createDirectories(checkout.resolve("workflows/src/main/java"));
    Files.createDirectories(checkout.resolve("activities/src/main/java"));
    Files.createDirectories(checkout.resolve("workers/src/main/java"));
    for (String pom : List.of("pom.xml", "workflows/pom.xml", "workers/pom.xml")) {
      Files.createFile(checkout.resolve(pom));
    }
    Files.copy(script, checkout.resolve("workers/bin/primeline"));
    installed = Files.createDirectory(folder.resolve("installed"));
    Files.createDirectories(installed.resolve("bin"));
    Files.createDirectories(installed.resolve("lib"));
    Files.copy(script, installed.resolve("bin/primeline"));
    java("17.0.15");
    executable("javac", "exit 0");
    maven("3.8.7", "mkdir -p workers/target/dist/lib && echo built and printed");
    environment.put("PATH", tools.toString());
  }

  @Test
  void installedItStartsTheJvmWithEveryArgument() throws Exception {
    Outcome outcome = installedPrimeline("run", "--set", "a b=c*d");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("[dev.primeline.workers.cli.Primeline][run][--set][a b=c*d]")
        .contains("[-cp][" + installed + "/lib/*:" + installed + "/lib-native-cpu/*]");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void itFindsItselfThroughSymbolicLinks() throws Exception {
    Path direct = Files.createSymbolicLink(folder.resolve("one"), Path.of("installed/bin"));
    Path link = Files.createSymbolicLink(folder.resolve("two"), direct.resolve("primeline"));
    assertThat(start(link).out()).contains(installed + "/lib/*");
  }

  @Test
  void theExitCodeIsTheJvms() throws Exception {
    executable(
        "java", "[ \"$1\" = -version ] && echo 'openjdk version \"17\"' && exit 0; exit 130");
    assertThat(installedPrimeline().exit()).isEqualTo(130);
  }

  @Test
  void withoutJavaItSaysWhatToInstall() throws Exception {
    Files.delete(tools.resolve("java"));
    assertRefused(installedPrimeline(), "no java on the PATH; install a JDK 17 or newer");
  }

  @Test
  void anOldJavaIsNamedWithVersionAndPath() throws Exception {
    java("1.8.0_402");
    assertRefused(installedPrimeline(), tools + "/java is Java 1.8.0_402; a JDK 17 or newer");
    java("11.0.22");
    assertRefused(installedPrimeline(), tools + "/java is Java 11.0.22; a JDK 17 or newer");
  }

  @Test
  void javaHomeComesBeforeThePath() throws Exception {
    environment.put("JAVA_HOME", folder.resolve("nowhere").toString());
    assertRefused(installedPrimeline(), "JAVA_HOME is " + folder.resolve("nowhere"));
    Path home = folder.resolve("jdk");
    Files.createDirectories(home.resolve("bin"));
    Files.move(tools.resolve("java"), home.resolve("bin/java"));
    environment.put("JAVA_HOME", home.toString());
    assertThat(installedPrimeline().exit()).isZero();
  }

  @Test
  void aNewerJavaGetsTheOptionsThatItKnows() throws Exception {
    assertThat(installedPrimeline().out()).doesNotContain("native-access");
    java("25");
    assertThat(installedPrimeline().out()).contains("[--enable-native-access=ALL-UNNAMED]");
  }

  @Test
  void aCheckoutWithoutMavenOrWithAnOldOneIsRefused() throws Exception {
    maven("3.6.3", "exit 0");
    assertRefused(checkoutPrimeline(), tools + "/mvn is Maven 3.6.3; building a checkout needs");
    Files.delete(tools.resolve("mvn"));
    assertRefused(checkoutPrimeline(), "no mvn on the PATH; building a checkout needs Maven 3.8");
  }

  @Test
  void aCheckoutOnAMereRuntimeIsRefused() throws Exception {
    Files.delete(tools.resolve("javac"));
    assertRefused(checkoutPrimeline(), "is a Java runtime without a compiler");
  }

  @Test
  void aCheckoutIsBuiltOnceAndAgainWhenASourceIsNewer() throws Exception {
    Outcome first = checkoutPrimeline();
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.err()).contains("building (the first time", "built and printed");
    assertThat(first.out()).doesNotContain("built and printed");
    assertThat(first.out()).contains(checkout + "/workers/target/dist/lib/*");

    assertThat(checkoutPrimeline().err()).isEmpty();

    Path source = checkout.resolve("activities/src/main/java/New.java");
    Files.createFile(source);
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
    assertThat(checkoutPrimeline().err()).contains("building what changed");
  }

  @Test
  void aDeletedSourceIsAChange() throws Exception {
    Path source = Files.createFile(checkout.resolve("workers/src/main/java/Old.java"));
    checkoutPrimeline();
    Files.delete(source);
    Files.setLastModifiedTime(source.getParent(), FileTime.from(Instant.now().plusSeconds(2)));
    assertThat(checkoutPrimeline().err()).contains("building what changed");
  }

  @Test
  void aFailedBuildIsShownAndStartsNothing() throws Exception {
    maven("3.9.9", "echo '[ERROR] Foo.java: expected ;'; exit 1");
    Outcome outcome = checkoutPrimeline();
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("Foo.java: expected ;", "primeline: the build failed");
  }

  @Test
  void openMpIsSetForTheJvmUnlessTheUserDid() throws Exception {
    assertThat(installedPrimeline().out())
        .containsPattern("OMP_NUM_THREADS=[1-9]")
        .containsPattern("OMP_WAIT_POLICY=passive GOMP_SPINCOUNT= |GOMP_SPINCOUNT=20000 ")
        .contains("DJL_OFFLINE=true OPT_OUT_TRACKING=true");
    environment.put("OMP_NUM_THREADS", "7");
    environment.put("GOMP_SPINCOUNT", "5");
    assertThat(installedPrimeline().out())
        .contains("OMP_NUM_THREADS=7 OMP_WAIT_POLICY= GOMP_SPINCOUNT=5 ");
  }

  @Test
  void aLibtorchOfOnesOwnTakesTheCpuOneOffTheClassPath() throws Exception {
    environment.put("PYTORCH_LIBRARY_PATH", "/opt/libtorch");
    assertThat(installedPrimeline().out()).contains("[" + installed + "/lib/*]");
  }

  @Test
  void aGpuAskedForByNameLeavesTheLibraryToDjl() throws Exception {
    environment.put("PRIMELINE_DEVICE", "cuda:0");
    assertThat(installedPrimeline().out())
        .contains("[" + installed + "/lib/*]", "DJL_OFFLINE=false");
    environment.put("PRIMELINE_DEVICE", "cpu");
    assertThat(installedPrimeline().out())
        .contains(installed + "/lib-native-cpu/*]", "DJL_OFFLINE=true");
  }

  @Test
  void moreOptionsReachTheJvm() throws Exception {
    environment.put("PRIMELINE_JAVA_OPTS", "-Xmx1g -Dx=y");
    assertThat(installedPrimeline().out()).contains("[-Xmx1g][-Dx=y]");
  }

  @Test
  void aPipeIsNoTerminal() throws Exception {
    environment.put(Terminal.COLUMNS, "120");
    assertThat(installedPrimeline().out()).contains("COLUMNS= ");
  }

  private static void assertRefused(Outcome outcome, String sentence) {
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("primeline: ").contains(sentence).hasLineCount(1);
  }

  private void java(String version) throws IOException {
    executable(
        "java",
        "[ \"$1\" = -version ] && echo 'openjdk version \""
            + version
            + "\" 2025-04-15' >&2 && exit 0\n"
            + "printf '[%s]' \"$@\"\n"
            + "echo \" OMP_NUM_THREADS=$OMP_NUM_THREADS OMP_WAIT_POLICY=$OMP_WAIT_POLICY"
            + " GOMP_SPINCOUNT=$GOMP_SPINCOUNT DJL_OFFLINE=$DJL_OFFLINE"
            + " OPT_OUT_TRACKING=$OPT_OUT_TRACKING COLUMNS=$PRIMELINE_TERMINAL_COLUMNS \"");
  }

  private void maven(String version, String build) throws IOException {
    executable(
        "mvn",
        "[ \"$1\" = -version ] && printf '\\033[1mApache Maven "
            + version
            + "\\033[m\\n' && exit 0\n"
            + build);
  }

  private void executable(String name, String body) throws IOException {
    Path file = tools.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome installedPrimeline(String... arguments) throws Exception {
    return start(installed.resolve("bin/primeline"), arguments);
  }

  private Outcome checkoutPrimeline() throws Exception {
    return start(checkout.resolve("workers/bin/primeline"));
  }

  private Outcome start(Path script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
