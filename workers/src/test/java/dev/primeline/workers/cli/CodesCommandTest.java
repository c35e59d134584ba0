package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CodesCommandTest {

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyOrderIsShownWithItsDigitsAndOneIsRecommended() throws IOException {
    Path text = write();
    assertThat(codes("--corpus=" + text, "--preset=smoke", "--ell=3,9")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("vocabulary 257", "total correlation", "index ", "shuffled ", "frequency ")
        .contains("recommended: distributional codes, ell 9, base 2\n", "every digit: file:");
    assertThat(folder.resolve("out/codes.html"))
        .content()
        .contains("Recommended: distributional codes, 9 digits of base 2.", "3 digits of base 7")
        .containsPattern("<svg[^>]*>.*Total correlation between the digits of a token");
    assertThat(folder.resolve("out/codeorders")).isDirectory();
    assertThat(folder.resolve("out/trainings")).doesNotExist();
  }

  @Test
  void anEllThatIsNoNumberOfDigitsIsRefused() throws IOException {
    Path text = write();
    assertThat(codes("--corpus=" + text, "--preset=smoke", "--ell=0")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "primeline: ell: 0, expected a number of digits from 1 to 30\n");
  }

  private Path write() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 800; i++) {
      text.append("line %d says so much and no more\n".formatted(i * i));
    }
    return Files.writeString(folder.resolve("a.txt"), text);
  }

  private int codes(String... arguments) {
    List<String> all = new ArrayList<>(List.of("codes", "--output=" + folder.resolve("out")));
    all.addAll(List.of(arguments));
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
