package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.experiment.CodeOrder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScoreTableTest {

  private static List<String> lines(Study study) throws IOException {
    MemoryStore store = new MemoryStore();
    String key = new RunReport(store, study::metrics).write(study.request()).result().key();
    return ScoreTable.render(RunResult.parse(store.read(key)));
  }

  @Test
  void columnsLineUpAndSignsTellBoundsFromLikelihoods() throws IOException {
    assertThat(lines(Study.quickstart("run-1")))
        .containsExactly(
            "family    ell  head       NELBO  +- error  perplexity  bits/byte  tokens/s",
            "--------------------------------------------------------------------------",
            "arm         1  token   = 1.1021    0.0042        3.01          -    61,234",
            "mdm         1  token  <= 1.2108    0.0061        3.36          -    61,234",
            "prime       2  token  <= 1.2487    0.0064        3.49          -    30,617",
            "prime-v2    4  token  <= 1.3015    0.0068        3.67          -    15,309",
            "NELBO in nats/token (= exact, <= upper bound); unigram 1.7331, source entropy 1.0912");
  }

  @Test
  void textHasBitsPerByteAndNoEntropy() throws IOException {
    List<String> lines = lines(Study.text("run-1", "a.txt").with(Study.arm("arm"), 1.62, 0.012));

    assertThat(lines.get(2)).contains("2.3746");
    assertThat(lines.get(3))
        .isEqualTo("NELBO in nats/token (= exact, <= upper bound); unigram 3.3402");
  }

  @Test
  void everythingIsAsciiWhateverTheNames() throws IOException {
    List<String> lines =
        lines(
            Study.synthetic("run-1")
                .withAlarm(
                    Study.masked("größe\u001b[31m", 2, 4, CodeOrder.INDEX), 1e9, Double.NaN));

    assertThat(lines).allMatch(line -> line.matches("[\\x20-\\x7e]*"));
    assertThat(lines.get(2)).startsWith("gr??e?[31m").contains("  -  ");
    assertThat(lines)
        .contains("SELF-CHECK FIRED: these numbers must not be believed")
        .anyMatch(line -> line.startsWith("  the kraft alarm fired for gr??e"));
  }
}
