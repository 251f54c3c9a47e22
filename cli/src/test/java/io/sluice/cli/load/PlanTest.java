package io.sluice.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlanTest {
  @ParameterizedTest
  @EnumSource(Plan.Shape.class)
  void everySubscriberIsAReaderOfItsChannel(Plan.Shape shape) {
    for (int subscribers : new int[] {1, 9, 10, 11, 25}) {
      Plan plan = new Plan(shape, subscribers, 10, 64, Duration.ZERO, Duration.ofSeconds(1));
      for (int channel = 0; channel < plan.channels(); channel++) {
        int one = channel;
        assertThat(IntStream.range(0, subscribers).filter(i -> plan.channelOf(i) == one).count())
            .isEqualTo(plan.readersOf(channel));
      }
      assertThat(IntStream.range(0, plan.channels()).map(plan::readersOf).sum())
          .isEqualTo(subscribers);
    }
  }
}
