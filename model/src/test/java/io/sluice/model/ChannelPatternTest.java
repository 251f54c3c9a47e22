package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTest {
  @ParameterizedTest
  @CsvSource({
    "task, task, true",
    "task, tasks, false",
    "task, task.a, false",
    "task.*, task.a, true",
    "task.*, task, false",
    "task.*, task.a.b, false",
    "*.created, task.created, true",
    "*.created, created, false",
    "task.*.b, task.a.b, true",
    "task.>, task.a, true",
    "task.>, task.a.b.c, true",
    "task.>, task, false",
    "task.>, tasks.a, false",
    ">, anything.at.all, true",
    "*, anything.at.all, true",
  })
  void aPatternCovers(String pattern, String channel, boolean covered) {
    assertThat(new ChannelPattern(pattern).covers(new ChannelName(channel))).isEqualTo(covered);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ta*", "a.>.b", ">a", "a b", "**"})
  void aWildcardStandsForWholeSegmentsAndTheGreaterThanStandsLast(String text) {
    assertThat(ChannelPattern.isValid(text)).isFalse();
  }

  @Test
  void grantsAreTheUnionOfTheirPatterns() {
    Grants grants =
        new Grants(
            List.of(new ChannelPattern("a"), new ChannelPattern("b.*")),
            List.of(new ChannelPattern("c.>")));
    assertThat(grants.mayPublish(new ChannelName("a"))).isTrue();
    assertThat(grants.mayPublish(new ChannelName("b.x"))).isTrue();
    assertThat(grants.mayPublish(new ChannelName("c.x"))).isFalse();
    assertThat(grants.maySubscribe(new ChannelName("c.x"))).isTrue();
    assertThat(grants.maySubscribe(new ChannelName("a"))).isFalse();
    assertThat(new Grants(List.of(), List.of()).maySubscribe(new ChannelName("a"))).isFalse();
  }
}
