package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitCommandTest {

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int fit(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "fit";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  /** One budget, whose parabola has its minimum at a million parameters. */
  private Path points() throws IOException {
    StringBuilder csv = new StringBuilder("family,flops,parameters,tokens,nats\n");
    for (double n : new double[] {2.5e5, 5e5, 1e6, 2e6, 4e6}) {
      double z = Math.log(n / 1e6);
      csv.append(String.format(Locale.ROOT, "arm,1e15,%s,%s,%s%n", n, 1e15 / 6 / n, 3 + z * z / 9));
    }
    return Files.writeString(folder.resolve("points.csv"), csv);
  }

  @Test
  void theMinimumOfABudgetIsShownAndWhatIsMissingIsSaid() throws IOException {
    assertThat(fit(points().toString())).isZero();
    assertThat(out.toString())
        .contains("Compute-optimal sizes", "1.00e+06", "3.0000")
        .contains("note: arm: no law L(N, D): 5 points over 1 budgets");
  }

  @Test
  void aFamilyThatTheFileLacksIsRefused() throws IOException {
    Path file = points();
    assertThat(fit(file.toString(), "--families=mdm")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--families: " + file + " has no \"mdm\"");
  }
}
