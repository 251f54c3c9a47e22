package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

  /**
   * All patterns and names of up to three segments over two words: small enough to try them all.
   */
  private static List<String> texts(List<String> words) {
    List<String> texts = new ArrayList<>(words);
    for (String one : words) {
      for (String two : words) {
        texts.add(one + "." + two);
        words.forEach(three -> texts.add(one + "." + two + "." + three));
      }
    }
    return texts;
  }

  /** The empty word stands for names such as "a..b", "other" for all words that no pattern says. */
  private static final List<ChannelName> NAMES =
      texts(List.of("a", "b", "other")).stream().map(ChannelName::new).toList();

  private static final List<ChannelPattern> PATTERNS =
      texts(List.of("a", "b", "*", ">")).stream()
          .filter(ChannelPattern::isValid)
          .map(ChannelPattern::new)
          .toList();

  @Test
  void aPatternCoversAnotherIfItCoversAllItsNames() {
    for (ChannelPattern one : PATTERNS) {
      for (ChannelPattern other : PATTERNS) {
        // Names of up to four segments tell '>' from everything shorter that looks alike.
        boolean all =
            Stream.concat(NAMES.stream(), NAMES.stream().map(ChannelPatternTest::longer))
                .filter(other::covers)
                .allMatch(one::covers);
        assertThat(one.covers(other)).as("%s covers %s", one, other).isEqualTo(all);
      }
    }
  }

  @Test
  void twoPatternsMeetIfSomeNameIsCoveredByBoth() {
    for (ChannelPattern one : PATTERNS) {
      for (ChannelPattern other : PATTERNS) {
        boolean some = NAMES.stream().anyMatch(name -> one.covers(name) && other.covers(name));
        assertThat(one.meets(other)).as("%s meets %s", one, other).isEqualTo(some);
      }
    }
  }

  private static ChannelName longer(ChannelName name) {
    return new ChannelName(name + ".other");
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
