package dev.primeline.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.knuddels.jtokkit.Encodings;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.tokens.CorpusPreparation;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.tokens.TextTokenizer;
import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.activities.training.Trial;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The product's side of {@code corpus.py}: each command prints one line of JSON. */
final class CorpusWorker {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CorpusWorker() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, Object> found =
        switch (arguments[0]) {
          case "ranks" -> ranks(Path.of(arguments[1]));
          case "tokenize" ->
              tokenize(
                  Path.of(arguments[1]),
                  Integer.parseInt(arguments[2]),
                  Integer.parseInt(arguments[3]));
          case "prepare" -> prepare(arguments[1], arguments[2], Path.of(arguments[3]));
          case "memory" -> memory(arguments[1], arguments[2], Path.of(arguments[3]));
          case "batches" -> batches(arguments[1], arguments[2], Path.of(arguments[3]));
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    found.put("peakBytes", ProcessFigures.peakMemoryBytes());
    System.out.println(JSON.writeValueAsString(found));
    System.exit(0);
  }

  /** The ranks that jtokkit packages, for tiktoken. */
  private static Map<String, Object> ranks(Path target) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Encodings.class.getResourceAsStream("r50k_base.tiktoken"))) {
      Files.write(target, in.readAllBytes());
    }
    return new LinkedHashMap<>();
  }

  private static Map<String, Object> tokenize(Path file, int threads, int passes) throws Exception {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      texts.add(JSON.readTree(line).get("text").textValue());
    }
    TextTokenizer gpt2 = TextTokenizer.of(Tokenizer.GPT2);
    MessageDigest digest = Hashes.sha256();
    long bytes = 0;
    for (String text : texts) {
      var ids = new IntList();
      gpt2.encode(text, ids::add);
      digest.update(ids.littleEndian());
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
    }
    List<Double> seconds = new ArrayList<>();
    List<Double> cpuSeconds = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      long began = System.nanoTime();
      AtomicLong cpu = new AtomicLong();
      List<Thread> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        Thread thread = new Thread(() -> cpu.addAndGet(encode(gpt2, texts, first, threads)));
        thread.start();
        running.add(thread);
      }
      for (Thread thread : running) {
        thread.join();
      }
      seconds.add((System.nanoTime() - began) * 1e-9);
      cpuSeconds.add(cpu.get() * 1e-9);
    }
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("seconds", seconds);
    found.put("cpuSeconds", cpuSeconds);
    found.put("sha256", HexFormat.of().formatHex(digest.digest()));
    found.put("bytes", bytes);
    return found;
  }

  /** Gives this thread's CPU nanoseconds. */
  private static long encode(TextTokenizer gpt2, List<String> texts, int first, int step) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long began = threads.getCurrentThreadCpuTime();
    var ids = new IntList();
    for (int i = first; i < texts.size(); i += step) {
      ids.clear();
      try {
        gpt2.encode(texts.get(i), ids::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return threads.getCurrentThreadCpuTime() - began;
  }

  /** Ids of a text; what Python's list is on the other side. */
  private static final class IntList {
    private int[] ids = new int[1 << 12];
    private int size;

    void add(int id) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, 2 * size);
      }
      ids[size++] = id;
    }

    void clear() {
      size = 0;
    }

    byte[] littleEndian() {
      ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asIntBuffer().put(ids, 0, size);
      return bytes.array();
    }
  }

  private static CorpusResult prepared(LocalArtifactStore store, String uri, String heldout)
      throws IOException {
    CorpusSpec spec =
        new CorpusSpec(uri, heldout, Tokenizer.GPT2, DocumentSplit.FILE, "text", 0.05, null);
    try (Scratch scratch = Scratch.open()) {
      return new CorpusPreparation(store, scratch.folder(), progress -> {})
          .prepare(new CorpusRequest(spec, 64, 1));
    }
  }

  private static Map<String, Object> prepare(String uri, String heldout, Path folder)
      throws IOException {
    Map<String, Object> found = new LinkedHashMap<>();
    try (var store = new LocalArtifactStore(folder)) {
      long began = System.nanoTime();
      CorpusResult result = prepared(store, uri, heldout);
      found.put("seconds", (System.nanoTime() - began) * 1e-9);
      found.put("tokens", result.trainTokens());
      found.put("reused", result.reused());
      found.put("peakBytes", ProcessFigures.peakMemoryBytes());
      TokenSequence tokens = PreparedCorpus.open(store, result.manifest()).train();
      MessageDigest digest = Hashes.sha256();
      int[] block = new int[1 << 16];
      for (long at = 0; at < tokens.size(); at += block.length) {
        int count = (int) Math.min(block.length, tokens.size() - at);
        tokens.copy(at, block, 0, count);
        ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
          bytes.putShort((short) block[i]);
        }
        digest.update(bytes.array());
      }
      found.put("sha256", HexFormat.of().formatHex(digest.digest()));
    }
    return found;
  }

  /** One document may be left out: the line that never ends. */
  private static Map<String, Object> memory(String uri, String heldout, Path folder)
      throws IOException {
    var spec =
        new CorpusSpec(
            uri, heldout, Tokenizer.GPT2, DocumentSplit.FILE, "text", 0.05, null, null, null, null,
            null, null, 1);
    Map<String, Object> found = new LinkedHashMap<>();
    long began = System.nanoTime();
    try (var store = new LocalArtifactStore(folder);
        Scratch scratch = Scratch.in(folder)) {
      CorpusResult result =
          new CorpusPreparation(store, scratch.folder(), progress -> {})
              .prepare(new CorpusRequest(spec, 64, 1));
      found.put("tokens", result.trainTokens());
    }
    found.put("seconds", (System.nanoTime() - began) * 1e-9);
    return found;
  }

  /** Tokens a second that batches are made of, and that the engine trains on, at preset smoke. */
  private static Map<String, Object> batches(String uri, String heldout, Path folder)
      throws IOException {
    ExperimentSpec spec = SpecReader.read(JSON.readTree("{\"preset\":\"smoke\"}"));
    Map<String, Object> found = new LinkedHashMap<>();
    try (var store = new LocalArtifactStore(folder)) {
      PreparedCorpus corpus = PreparedCorpus.open(store, prepared(store, uri, heldout).manifest());
      // The engine's side has the preset's own vocabulary: a larger one makes it slower.
      CorpusSpec symbols = spec.corpus();
      PreparedCorpus own;
      try (Scratch scratch = Scratch.open()) {
        own =
            PreparedCorpus.open(
                store,
                new CorpusPreparation(store, scratch.folder(), progress -> {})
                    .prepare(new CorpusRequest(symbols, spec.model().length(), spec.seed()))
                    .manifest());
      }
      EngineSettings engine = EngineSettings.defaults();
      for (Family family : spec.families()) {
        TrainingBatches batches =
            new TrainingBatches(
                corpus.train(),
                corpus.separator(),
                spec.model().length(),
                family,
                spec.training().batch(),
                spec.seed());
        double supplied = 0;
        for (int round = 0; round < 5; round++) {
          supplied = Math.max(supplied, supply(batches, spec));
        }
        double trained = Trial.measure(spec, family, own, engine).trained();
        found.put(family.name(), Map.of("supplied", supplied, "trained", trained));
      }
    }
    return found;
  }

  private static double supply(TrainingBatches batches, ExperimentSpec spec) {
    long began = System.nanoTime();
    long tokens = 0;
    for (long step = 0; System.nanoTime() - began < 1_000_000_000L; step++) {
      // Steps far apart: nothing is read ahead.
      batches.at(step * 7919);
      tokens += (long) spec.training().batch() * spec.model().length();
    }
    return tokens / ((System.nanoTime() - began) * 1e-9);
  }
}
