package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int plan(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "plan";
    all[1] = "--output=" + folder.resolve("out");
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  @Test
  void aPlanHasARowPerFamilyAndASumAndTrainsNothing() {
    assertThat(plan("--preset=smoke", "--families=arm,prime-v2", "--hourly-rate=3600")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines()).hasSize(6);
    assertThat(out.toString())
        .contains("64,000 tokens to learn from", "arm ", "prime-v2 ", "in all about", "3600");
    assertThat(folder.resolve("out/corpora")).isDirectory();
    assertThat(folder.resolve("out/trainings")).doesNotExist();
  }

  @Test
  void aRateThatIsNoMoneyIsRefusedBeforeAnythingIsWritten() throws IOException {
    assertThat(plan("--preset=smoke", "--hourly-rate=-1")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "primeline: --hourly-rate: -1.0, expected an amount of money\n");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void bytesAreReadable() {
    assertThat(PlanCommand.bytes(312)).isEqualTo("312 B");
    assertThat(PlanCommand.bytes(4_040_000)).isEqualTo("4.0 MB");
    assertThat(PlanCommand.bytes(999_600_000)).isEqualTo("1.0 GB");
  }
}
