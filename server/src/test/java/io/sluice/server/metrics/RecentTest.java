package io.sluice.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Moment;
import org.junit.jupiter.api.Test;

class RecentTest {
  private static final long SECOND = 1_000_000_000L;

  private Recent.Sums sums = new Recent.Sums(100, 10, 50, 50_000_000);
  private long nanos = 5;
  private final Recent recent = new Recent(() -> sums, now());

  private Moment now() {
    return new Moment(nanos, 0);
  }

  private void pass(int seconds, Recent.Sums until) {
    for (int i = 0; i < 4 * seconds; i++) {
      nanos += SECOND / 4;
      recent.tick(now());
    }
    sums = until;
  }

  @Test
  void aNewServerHasSeenNothing() {
    assertThat(recent.rates(now())).isEqualTo(new Recent.Rates(0, 0, 0));
  }

  @Test
  void whatHappenedSinceIsDividedByTheTimeSince() {
    pass(10, new Recent.Sums(120, 15, 54, 58_000_000));
    assertThat(recent.rates(now())).isEqualTo(new Recent.Rates(2, 2, 0.25));
  }

  @Test
  void nothingIsDividedByNothing() {
    pass(10, new Recent.Sums(100, 12, 50, 50_000_000));
    assertThat(recent.rates(now())).isEqualTo(new Recent.Rates(0, 0, 0));
  }

  @Test
  void whatIsOlderThanAMinuteDoesNotCount() {
    pass(1, new Recent.Sums(700, 10, 650, 650_000_000));
    assertThat(recent.rates(now()).messagesPerSecond()).isEqualTo(600);
    pass(60, sums);
    assertThat(recent.rates(now()).messagesPerSecond()).isEqualTo(10);
    pass(1, sums);
    assertThat(recent.rates(now())).isEqualTo(new Recent.Rates(0, 0, 0));
    pass(1, new Recent.Sums(760, 16, 650, 650_000_000));
    assertThat(recent.rates(now())).isEqualTo(new Recent.Rates(1, 0, 0.1));
  }
}
