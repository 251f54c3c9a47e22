package io.sluice.gateway.websocket;

import static io.sluice.gateway.websocket.ClientFrames.BINARY;
import static io.sluice.gateway.websocket.ClientFrames.FIN;
import static io.sluice.gateway.websocket.ClientFrames.RSV1;
import static io.sluice.gateway.websocket.ClientFrames.TEXT;
import static io.sluice.gateway.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Limits;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each limit is reached, and passed by one. */
final class LimitsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Limits.Socket SMALL = Line.limits(300, 4, Duration.ofSeconds(30), 5);

  @Test
  void aMessageMayBeAsLargeAsTheLimitAndNotOneByteLarger() {
    try (Line line = small()) {
      line.feed(frames().text("a".repeat(300)));
      assertThat(line.calls()).containsExactly("text " + "a".repeat(300));
      line.feed(frames().header(FIN | TEXT, 2, 301, true).bytes());
      assertThat(line.calls()).last().isEqualTo("broken message_too_big");
    }
  }

  @Test
  void fragmentsAreCountedTogether() {
    ClientFrames right = frames().frame(BINARY, new byte[200]).frame(FIN, new byte[100]);
    ClientFrames wrong = frames().frame(BINARY, new byte[200]).header(FIN, 0, 101, true);
    try (Line line = small()) {
      line.feed(right).feed(wrong);
      assertThat(line.calls())
          .containsExactly("binary " + "00".repeat(300), "broken message_too_big");
    }
  }

  @Test
  void aMessageMayHaveAsManyFramesAsTheLimitEmptyOnesIncluded() {
    ClientFrames right = frames().frame(TEXT, none()).frame(0, none()).frame(0, utf8("a"));
    right.frame(FIN, none());
    ClientFrames wrong = frames().frame(TEXT, none());
    for (int i = 0; i < 4; i++) {
      wrong.frame(0, none());
    }
    try (Line line = small()) {
      line.feed(right).feed(wrong);
      assertThat(line.calls()).containsExactly("text a", "broken frame_flood");
    }
  }

  @Test
  void emptyFragmentsTakeNoMemory() {
    try (Line line = Line.plain()) {
      ClientFrames flood = frames().frame(TEXT, none());
      for (int i = 1; i < 1024; i++) {
        flood.frame(0, none());
      }
      line.feed(flood);
      assertThat(line.calls()).isEmpty();
      assertThat(line.allocator.peak()).isZero();
    }
  }

  @Test
  void pingsAndPongsAreCountedTogetherWithinASecond() {
    try (Line line = small()) {
      line.feed(frames().ping("1").pong("2").ping("3").pong("4").ping("5"));
      line.nanos += SECOND - 1;
      assertThat(line.calls()).hasSize(5);
      line.feed(frames().pong("6"));
      assertThat(line.calls()).last().isEqualTo("broken control_flood");
    }
  }

  @Test
  void theNextSecondCountsAnew() {
    try (Line line = small()) {
      for (int second = 0; second < 3; second++) {
        line.feed(frames().ping("1").ping("2").ping("3").ping("4").ping("5"));
        line.nanos += SECOND;
      }
      assertThat(line.calls()).hasSize(15).noneMatch(call -> call.startsWith("broken"));
    }
  }

  @Test
  void aCloseIsHeardEvenAfterTheLastPing() {
    try (Line line = small()) {
      line.feed(frames().ping("1").ping("2").ping("3").ping("4").ping("5").close(1000, none()));
      assertThat(line.calls()).last().isEqualTo("close 1000 ");
    }
  }

  @Test
  void aMessageIsOverdueThirtySecondsAfterItsFirstByte() {
    for (int length = 1; length < 10; length++) {
      byte[] start = Arrays.copyOf(frames().text("abcd").bytes(), length);
      try (Line line = small()) {
        line.feed(start);
        line.nanos += 30 * SECOND;
        assertThat(line.decoder.overdue(line.nanos)).isFalse();
        assertThat(line.decoder.overdue(line.nanos + 1)).isTrue();
      }
    }
  }

  @Test
  void aByteNowAndThenOrAPingDoesNotMakeAMessageYounger() {
    try (Line line = small()) {
      line.feed(frames().frame(TEXT, utf8("a")));
      line.nanos += 20 * SECOND;
      line.feed(frames().frame(0, utf8("b")).ping("p"));
      line.nanos += 10 * SECOND + 1;
      assertThat(line.decoder.overdue(line.nanos)).isTrue();
    }
  }

  @Test
  void anIdleConnectionIsNeverOverdue() {
    try (Line line = small()) {
      assertThat(line.decoder.overdue(Long.MAX_VALUE)).isFalse();
      line.feed(frames().frame(TEXT, utf8("a")).frame(FIN, utf8("b")).ping("p"));
      assertThat(line.decoder.overdue(line.nanos + 1000 * SECOND)).isFalse();
    }
  }

  @Test
  void theClockMayPassItsLargestNumber() {
    try (Line line = small()) {
      line.nanos = Long.MAX_VALUE - SECOND;
      line.feed(frames().frame(TEXT, utf8("a")));
      assertThat(line.decoder.overdue(line.nanos + 2 * SECOND)).isFalse();
      assertThat(line.decoder.overdue(line.nanos + 31 * SECOND)).isTrue();
    }
  }

  @Test
  void timeSpentInAPauseDoesNotCount() {
    try (Line line = small()) {
      line.feed(frames().frame(TEXT, utf8("a")));
      line.nanos += 20 * SECOND;
      line.recorder.afterEach = line.decoder::pause;
      line.feed(frames().ping("p"));
      line.nanos += 100 * SECOND;
      assertThat(line.decoder.overdue(line.nanos)).isFalse();
      line.recorder.afterEach = () -> {};
      line.feed(frames().frame(0, utf8("b")));
      assertThat(line.decoder.overdue(line.nanos + 10 * SECOND)).isFalse();
      assertThat(line.decoder.overdue(line.nanos + 10 * SECOND + 1)).isTrue();
    }
  }

  @Test
  void memoryGrowsWithWhatHasComeAndNotWithWhatWasAnnounced() {
    try (Line line = Line.plain()) {
      line.feed(frames().header(FIN | BINARY, 8, 1 << 20, true).mask(7).bytes());
      assertThat(line.decoder.heldBytes()).isZero();
      line.feed(new byte[10]);
      assertThat(line.decoder.heldBytes()).isBetween(10, 64);
      line.feed(new byte[100_000], 1000);
      assertThat(line.decoder.heldBytes()).isBetween(100_010, 262_144);
      assertThat(line.decoder.heldBytes()).isEqualTo((int) line.allocator.live());
      line.feed(new byte[(1 << 20) - 100_010], 4096);
      assertThat(line.calls()).hasSize(1);
      assertThat(line.decoder.heldBytes()).isZero();
      assertThat(line.allocator.live()).isZero();
    }
  }

  @Test
  void theLargestLimitThereIsLeavesRoomForWhatCompressionAdds() {
    Limits.Socket largest = Line.limits(1 << 30, 1, Duration.ofSeconds(30), 1);
    long most = (1L << 30) + (1 << 20) + 64;
    try (Line line = new Line(largest, true)) {
      line.feed(frames().header(RSV1 | FIN | BINARY, 8, most, true).mask(0).bytes());
      assertThat(line.calls()).isEmpty();
    }
    try (Line line = new Line(largest, true)) {
      line.feed(frames().header(RSV1 | FIN | BINARY, 8, most + 1, true).mask(0).bytes());
      assertThat(line.calls()).containsExactly("broken message_too_big");
    }
  }

  private static Line small() {
    return new Line(SMALL, false);
  }

  private static ClientFrames frames() {
    return new ClientFrames();
  }

  private static byte[] none() {
    return new byte[0];
  }
}
