package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ResumedInputStreamTest {
  private final byte[] content = new byte[100_000];
  private final List<Long> fetches = new ArrayList<>();
  private int open;

  ResumedInputStreamTest() {
    new Random(5).nextBytes(content);
  }

  @Test
  void aLineThatBreaksEveryFewBytesGivesTheWholeFile() throws IOException {
    try (InputStream in = stream(7_000)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    assertThat(fetches).hasSize(15).startsWith(0L, 7_000L, 14_000L);
    assertThat(open).isZero();
  }

  @Test
  void aLineThatStaysBrokenIsGivenUp() throws IOException {
    try (InputStream in = stream(0)) {
      assertThatThrownBy(in::readAllBytes).hasMessage("cut at 0");
    }
    assertThat(fetches).hasSize(6).containsOnly(0L);
    assertThat(open).isZero();
  }

  @Test
  void whoeverIsInterruptedWaitsNoLonger() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> stream(0).readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessage("interrupted while waiting to read on");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(fetches).hasSize(1);
  }

  /** Every connection lives for so many bytes. */
  private InputStream stream(int bytes) {
    return new ResumedInputStream(
        0,
        offset -> {
          fetches.add(offset);
          open++;
          return new Broken(offset, bytes);
        },
        Duration.ofMillis(1));
  }

  private final class Broken extends FilterInputStream {
    private final long offset;
    private int left;

    Broken(long offset, int left) {
      super(new ByteArrayInputStream(content, (int) offset, content.length - (int) offset));
      this.offset = offset;
      this.left = left;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      if (left == 0 && in.available() > 0) {
        throw new IOException("cut at " + offset);
      }
      int n = super.read(target, start, Math.min(length, Math.max(1, left)));
      left -= Math.max(0, n);
      return n;
    }

    @Override
    public void close() {
      open--;
    }
  }
}
