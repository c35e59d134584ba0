package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.Document;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;

/**
 * Encodes documents on all cores and writes their tokens in the order in which they came. A few
 * batches are under way at once, a quarter of a million characters each; a document of more than
 * that is encoded alone and streamed, so that memory does not depend on its length.
 */
final class OrderedEncoder {
  private static final int BATCH_CHARACTERS = 1 << 18;

  private final TextTokenizer tokenizer;
  private final int separator;
  private final ForkJoinPool pool = ForkJoinPool.commonPool();
  private final int ahead = 2 + pool.getParallelism();
  private final Queue<FutureTask<List<Encoded>>> underWay = new ArrayDeque<>();
  private List<Waiting> batch = new ArrayList<>();
  private int characters;

  /**
   * @param tokenizer safe for several threads
   * @param separator that follows every document
   */
  OrderedEncoder(TextTokenizer tokenizer, int separator) {
    this.tokenizer = tokenizer;
    this.separator = separator;
  }

  private record Waiting(String text, SplitWriter side) {}

  /** Tokens of a document, as many as {@code size} says. */
  private static final class Encoded {
    final SplitWriter side;
    int[] tokens;
    int size;

    Encoded(SplitWriter side, int likely) {
      this.side = side;
      tokens = new int[likely];
    }

    void add(int token) {
      if (size == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * size);
      }
      tokens[size++] = token;
    }
  }

  /** Takes a document; its tokens are written now or later. */
  void add(Document document, SplitWriter side) throws IOException {
    String text = document.text();
    if (text.length() > BATCH_CHARACTERS) {
      drain();
      side.startDocument();
      tokenizer.encode(text, side::add);
      side.add(separator);
      return;
    }
    batch.add(new Waiting(text, side));
    characters += text.length();
    if (characters >= BATCH_CHARACTERS) {
      submit();
      if (underWay.size() > ahead) {
        writeNext();
      }
    }
  }

  /** Writes all that has been taken. */
  void drain() throws IOException {
    submit();
    while (!underWay.isEmpty()) {
      writeNext();
    }
  }

  /** Encodes, too, while it waits: with two cores there is one other thread. */
  private void writeNext() throws IOException {
    FutureTask<List<Encoded>> next = underWay.remove();
    next.run();
    for (FutureTask<List<Encoded>> other : underWay) {
      if (next.isDone()) {
        break;
      }
      other.run();
    }
    write(next);
  }

  private void submit() {
    if (batch.isEmpty()) {
      return;
    }
    List<Waiting> taken = batch;
    batch = new ArrayList<>();
    characters = 0;
    FutureTask<List<Encoded>> task = new FutureTask<>(() -> encode(taken));
    underWay.add(task);
    pool.execute(task);
  }

  private List<Encoded> encode(List<Waiting> documents) throws IOException {
    List<Encoded> encoded = new ArrayList<>(documents.size());
    for (Waiting document : documents) {
      // With the separator that follows. English has four characters to a token.
      Encoded one = new Encoded(document.side(), 8 + document.text().length() / 4);
      tokenizer.encode(document.text(), one::add);
      encoded.add(one);
    }
    return encoded;
  }

  private void write(FutureTask<List<Encoded>> batch) throws IOException {
    for (Encoded document : encoded(batch)) {
      document.side.startDocument();
      document.add(separator);
      document.side.add(document.tokens, document.size);
    }
  }

  private static List<Encoded> encoded(FutureTask<List<Encoded>> batch) throws IOException {
    try {
      return batch.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while tokenizing", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException runtime) {
        throw runtime;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IOException("tokenizing: " + cause, cause);
    }
  }
}
