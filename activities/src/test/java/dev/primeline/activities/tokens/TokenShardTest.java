package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenShardTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {65_536, 65_537, 1_000_000})
  void idsComeBackAsTheyWere(int vocabularySize) throws IOException {
    int[] ids = {0, 1, 32_767, 32_768, 65_535, vocabularySize - 1};
    Path file = folder.resolve("a.tokens");
    try (var writer = new TokenShardWriter(file, ShardFormat.idBytes(vocabularySize))) {
      writer.startDocument();
      for (int id : ids) {
        writer.add(id);
      }
      writer.finish();
    }
    TokenShard shard = TokenShard.open(file);
    assertThat(shard.tokens()).isEqualTo(ids.length);
    for (int i = 0; i < ids.length; i++) {
      assertThat(shard.at(i)).isEqualTo(ids[i]);
    }
    int width = vocabularySize > 65_536 ? 4 : 2;
    assertThat(Files.size(file)).isEqualTo(16 + (long) ids.length * width + 4 + 24);
  }

  @Test
  void everyFlippedByteIsNoticed() throws IOException {
    Path file = folder.resolve("a.tokens");
    try (var writer = new TokenShardWriter(file, 2)) {
      for (int document = 0; document < 3; document++) {
        writer.startDocument();
        writer.add(document);
        writer.add(7);
      }
      writer.finish();
    }
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Path damaged = Files.write(folder.resolve("damaged"), bad);
      assertThatThrownBy(() -> TokenShard.open(damaged))
          .as("byte %d", i)
          .isInstanceOf(DamagedArtifactException.class)
          .hasMessageContaining("expected a token shard of format version 1");
    }
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    Path file = folder.resolve("a.tokens");
    try (var writer = new TokenShardWriter(file, 2)) {
      writer.startDocument();
      writer.add(1);
      writer.finish();
    }
    byte[] good = Files.readAllBytes(file);
    for (int length = 0; length < good.length; length++) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> TokenShard.open(cut)).isInstanceOf(DamagedArtifactException.class);
    }
  }

  @Test
  void shardsAreOneSequenceWhateverTheirBounds() throws IOException {
    // Documents of 5, 1, 12, 4, 3 tokens in shards of 4: one ends a shard, one spans four.
    int[] lengths = {5, 1, 12, 4, 3};
    var store = new FakeStore(folder.resolve("store"));
    var writer =
        new SplitWriter(
            store, "a/", folder.resolve("shard"), 100, 4, new PreparationProgress(p -> {}));
    List<Integer> expected = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    for (int length : lengths) {
      starts.add((long) expected.size());
      writer.startDocument();
      for (int i = 0; i < length; i++) {
        expected.add(expected.size() * 3 % 100);
        writer.add(expected.get(expected.size() - 1));
      }
    }
    starts.add((long) expected.size());
    TokenSplit split = writer.store().split();
    assertThat(split.shards())
        .hasSize(7)
        .allSatisfy(
            shard ->
                assertThat(shard.key()).isEqualTo("a/%s.tokens", shard.sha256().substring(0, 32)));

    TokenSequence sequence = open(store, split);
    assertThat(sequence.size()).isEqualTo(25);
    assertThat(sequence.documents()).isEqualTo(5);
    for (int i = 0; i < 25; i++) {
      assertThat(sequence.at(i)).isEqualTo(expected.get(i));
    }
    for (int document = 0; document <= 5; document++) {
      assertThat(sequence.documentStart(document)).isEqualTo(starts.get(document));
    }
    for (int from = 0; from <= 25; from++) {
      for (int count = 0; from + count <= 25; count++) {
        int[] target = new int[count + 2];
        sequence.copy(from, target, 1, count);
        for (int i = 0; i < count; i++) {
          assertThat(target[i + 1]).isEqualTo(expected.get(from + i));
        }
        assertThat(target[0] + target[count + 1]).isZero();
      }
    }
  }

  @Test
  void readingOutsideIsRefused() throws IOException {
    var store = new FakeStore(folder.resolve("store"));
    var writer =
        new SplitWriter(
            store, "a/", folder.resolve("shard"), 100, 4, new PreparationProgress(p -> {}));
    writer.startDocument();
    for (int i = 0; i < 6; i++) {
      writer.add(i);
    }
    TokenSequence sequence = open(store, writer.store().split());
    assertThatThrownBy(() -> sequence.at(6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sequence.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sequence.copy(4, new int[3], 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("3 tokens from 4 of a sequence of 6");
    assertThatThrownBy(() -> sequence.documentStart(2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static TokenSequence open(FakeStore store, TokenSplit split) throws IOException {
    List<TokenShard> shards = new ArrayList<>();
    for (ArtifactRef shard : split.shards()) {
      shards.add(TokenShard.open(store.fetch(shard)));
    }
    return new ShardedTokens(shards);
  }
}
