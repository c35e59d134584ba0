package dev.primeline.activities.subtokens;

import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.experiment.CodeOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * How long distributional codes for GPT-2's vocabulary take, and how much memory: {@code
 * CodesWorker TOKENS}. In this package because learning an order is no business of other rooms.
 *
 * <p>The tokens are drawn, not read: half of them by Zipf's law, a quarter by Zipf's law over the
 * words of their document's topic (200 topics, documents of 1000 tokens), a quarter as one of eight
 * usual successors of the token before. So there are more different neighbours than in natural
 * text, which costs time and memory.
 */
final class CodesWorker {
  private static final int VOCABULARY = 50257;
  private static final int TOPICS = 200;

  private CodesWorker() {}

  public static void main(String[] arguments) throws Exception {
    char[] tokens = draw(Integer.parseInt(arguments[0]));
    long began = System.nanoTime();
    var sampled = new SampledTokens(new Drawn(tokens), VOCABULARY, read -> {});
    SubTokenizer codes =
        LearntOrder.learn(CodeOrder.DISTRIBUTIONAL, "drawn", sampled).subTokenizer(2, 16);
    double seconds = (System.nanoTime() - began) * 1e-9;
    String peak =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .map(line -> line.replaceAll("\\D+", ""))
            .findFirst()
            .orElseThrow();
    System.out.println(
        "{\"tokens\": %d, \"seconds\": %.1f, \"codes\": \"%s\", \"peakBytes\": %d}"
            .formatted(tokens.length, seconds, codes.hash(), 1024 * Long.parseLong(peak)));
    System.exit(0);
  }

  private static char[] draw(int count) {
    double[] zipf = new double[VOCABULARY];
    double sum = 0;
    for (int rank = 0; rank < VOCABULARY; rank++) {
      sum += 1.0 / (rank + 3);
      zipf[rank] = sum;
    }
    Random random = new Random(1);
    char[] tokens = new char[count];
    int topic = 0;
    for (int i = 0; i < count; i++) {
      topic = i % 1000 == 0 ? random.nextInt(TOPICS) : topic;
      int found = Arrays.binarySearch(zipf, random.nextDouble() * sum);
      int rank = Math.min(VOCABULARY - 1, found < 0 ? -found - 1 : found);
      int kind = random.nextInt(4);
      if (kind == 0 && i > 0) {
        rank = (int) ((tokens[i - 1] * 7919L + random.nextInt(8) * 104729L) % VOCABULARY);
      } else if (kind == 1) {
        rank = (int) ((rank * 15485863L + topic * 32452843L) % VOCABULARY);
      }
      tokens[i] = (char) rank;
    }
    return tokens;
  }

  private record Drawn(char[] tokens) implements TokenSequence {
    @Override
    public long size() {
      return tokens.length;
    }

    @Override
    public int at(long index) {
      return tokens[(int) index];
    }

    @Override
    public void copy(long index, int[] target, int offset, int count) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = tokens[(int) index + i];
      }
    }

    @Override
    public int documents() {
      return 1;
    }

    @Override
    public long documentStart(int document) {
      return document == 0 ? 0 : tokens.length;
    }
  }
}
