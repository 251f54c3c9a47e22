package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Moment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Round after round, whatever comes of one. */
class RoundsTest {
  @Test
  void anErrorOfOneRoundIsNotTheEndOfAll() throws InterruptedException {
    CountDownLatch rounds = new CountDownLatch(3);
    try (Rounds _ =
        new Rounds(
            "sluice-test",
            Rounds.USUAL_MILLIS,
            now -> {
              rounds.countDown();
              throw new AssertionError("on purpose");
            },
            () -> new Moment(1, 1))) {
      assertThat(rounds.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
