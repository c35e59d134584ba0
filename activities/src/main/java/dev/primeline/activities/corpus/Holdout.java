package dev.primeline.activities.corpus;

import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Chooses which part of a corpus is scored and never learned from, by content alone: the same text
 * is chosen on every machine, and equal texts are never on both sides.
 *
 * <p>The hash of a text is the first 8 bytes of the SHA-256 of its UTF-8 form, big-endian and
 * unsigned; divided by 2^64 it lies in [0, 1).
 *
 * <ul>
 *   <li>20 documents or more: a document is held out when its hash is below {@code fraction}; when
 *       none is, those with the smallest hash are.
 *   <li>Fewer (a single book, say): every document is cut at line ends into contiguous blocks of
 *       max(T/200, 2048) characters, but at most T/20, where T is the corpus' length in characters.
 *       Of the K blocks that differ, the round(fraction * K) with the smallest hashes are held out,
 *       at least one. Neighbouring blocks of a document on the same side stay one text.
 * </ul>
 *
 * @param largestHeldOutHash what has a larger hash is learnt from
 * @param blockLength of the blocks in characters; 0 where documents stay whole
 */
public record Holdout(long largestHeldOutHash, int blockLength) {
  private static final int FEW_DOCUMENTS = 20;
  private static final int MOST_BLOCKS = 200;
  private static final int SHORTEST_BLOCK = 2048;

  /**
   * Reads as much of the corpus as it takes to decide: usually a little, all of one with few
   * documents, twice.
   *
   * @param fraction share to hold out, in (0, 0.5]
   * @param bytesRead hears how many bytes were read since it heard last
   */
  public static Holdout choose(TextCorpus corpus, double fraction, LongConsumer bytesRead)
      throws IOException {
    return choose(corpus, fraction, 0, bytesRead);
  }

  /**
   * The same of a corpus of which documents at fault may be left out.
   *
   * @param skippable how many
   */
  public static Holdout choose(
      TextCorpus corpus, double fraction, long skippable, LongConsumer bytesRead)
      throws IOException {
    // The largest hash below the fraction; doubles hold 53 of the 64 bits, which is plenty.
    long below = 2 * (long) (fraction * 0x1p63) - 1;
    var survey = new Survey(below);
    try {
      corpus.forEach(new Drops(skippable), bytesRead, survey);
    } catch (Decided decided) {
      return new Holdout(below, 0);
    }
    if (survey.documents >= FEW_DOCUMENTS) {
      return new Holdout(survey.smallestHash, 0);
    }
    long length = Math.max(survey.characters / MOST_BLOCKS, SHORTEST_BLOCK);
    int blockLength = (int) Math.max(1, Math.min(length, survey.characters / FEW_DOCUMENTS));
    var hashes = new TreeSet<Long>(Long::compareUnsigned);
    corpus.forEach(
        new Drops(skippable),
        bytesRead,
        document -> blocks(document, blockLength).forEach(block -> hashes.add(hash(block))));
    long held = Math.max(1, Math.round(fraction * hashes.size()));
    long largest = hashes.stream().skip(held - 1).findFirst().orElseThrow();
    return new Holdout(largest, blockLength);
  }

  /** Hands a document, or the stretches it was cut into, to the side they belong to. */
  public void route(Document document, DocumentSink train, DocumentSink heldout)
      throws IOException {
    if (blockLength == 0) {
      (holds(document.text()) ? heldout : train).accept(document);
      return;
    }
    var stretch = new StringBuilder();
    boolean held = false;
    for (String block : blocks(document, blockLength)) {
      if (!stretch.isEmpty() && holds(block) != held) {
        emit(document.source(), stretch, held ? heldout : train);
      }
      held = holds(block);
      stretch.append(block);
    }
    emit(document.source(), stretch, held ? heldout : train);
  }

  private static void emit(String source, StringBuilder stretch, DocumentSink side)
      throws IOException {
    side.accept(new Document(source, stretch.toString()));
    stretch.setLength(0);
  }

  private boolean holds(String text) {
    return Long.compareUnsigned(hash(text), largestHeldOutHash) <= 0;
  }

  private static List<String> blocks(Document document, int blockLength) {
    List<String> blocks = new ArrayList<>();
    int start = 0;
    for (int end : TextBlocks.ends(document.text(), blockLength)) {
      blocks.add(document.text().substring(start, end));
      start = end;
    }
    return blocks;
  }

  private static long hash(String text) {
    return ByteBuffer.wrap(TextHash.of(text)).getLong();
  }

  /** Counts documents until there are enough of them and one is held out. */
  private static final class Survey implements DocumentSink {
    private final long below;
    private long documents;
    private long characters;
    private long smallestHash = -1L;

    Survey(long below) {
      this.below = below;
    }

    @Override
    public void accept(Document document) throws Decided {
      documents++;
      characters += document.text().length();
      long hash = hash(document.text());
      smallestHash = Long.compareUnsigned(hash, smallestHash) < 0 ? hash : smallestHash;
      if (documents >= FEW_DOCUMENTS && Long.compareUnsigned(smallestHash, below) <= 0) {
        throw new Decided();
      }
    }
  }

  /** Ends the reading of a corpus of which no more need be known. */
  private static final class Decided extends IOException {
    @Serial private static final long serialVersionUID = 1L;
  }
}
