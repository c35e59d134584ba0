package dev.primeline.benchmarks;

import dev.primeline.activities.tokens.TextTokenizer;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** GPT-2 tokens a second out of English text: the licence's, eleven thousand characters. */
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TokenizerBenchmark {

  /** The text and its tokenizer. */
  @State(Scope.Benchmark)
  public static class Text {
    final String text = licence();
    final TextTokenizer gpt2 = TextTokenizer.of(Tokenizer.GPT2);

    private static String licence() {
      try (InputStream in = Text.class.getResourceAsStream("LICENSE")) {
        if (in == null) {
          throw new IllegalStateException("resource LICENSE is not on the class path");
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Tokens that came out, which JMH turns into tokens a second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Count {
    public long tokens;
  }

  @Benchmark
  public void gpt2(Text text, Count count) throws IOException {
    text.gpt2.encode(text.text, token -> count.tokens++);
  }
}
