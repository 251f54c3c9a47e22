package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Code;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a subscription asks for beside filters and credit, and what it is told of it. */
class PolicyTest {
  private static final SubscribeOptions ALL = SubscribeOptions.DEFAULTS;

  private final FakeWorld world = new FakeWorld(ClientLimits.DEFAULTS, new SplittableRandom(1));

  @BeforeEach
  void connect() {
    world.connect();
    world.pass(10);
  }

  @Test
  void termsAreAskedForOnEveryConnectionAndTheAnswerIsSeen() {
    SubscribeOptions options =
        ALL.withPolicy(Policy.LATEST).withConflateBy("$key").withHold(true).withFilter("{\"a\":1}");
    FakeFeed feed = world.subscribe("c", options.withFilter("{\"a\":2}"), false);
    world.pass(10);
    world.cut(1006);
    world.pass(2_000);
    String terms = "\"policy\":\"latest\",\"conflateBy\":\"$key\",\"hold\":true";
    assertThat(world.sent).filteredOn(text -> text.contains(terms)).hasSize(2);
    assertThat(world.sent).filteredOn(text -> text.contains("policy")).hasSize(2);
    assertThat(feed.stood)
        .extracting(Subscribed::policy, Subscribed::holds)
        .containsOnly(org.assertj.core.groups.Tuple.tuple("latest", true));
  }

  @Test
  void gapsOfEveryReasonAreToldAndCountedWithWhatWasLeftOut() {
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.pass(10);
    List<String> reasons = List.of("evicted", "dropped", "keys", "later");
    for (int i = 0; i < reasons.size(); i++) {
      world.say(
          "{\"type\":\"gap\",\"channel\":\"c\",\"epoch\":\"e1\",\"firstOffset\":%d,\"lastOffset\":%d,\"reason\":\"%s\"}"
              .formatted(i, i, reasons.get(i)));
    }
    for (int conflated : new int[] {3, 4}) {
      world.say(
          "{\"type\":\"position\",\"channel\":\"c\",\"epoch\":\"e1\",\"offset\":9,\"conflated\":%d}"
              .formatted(conflated));
    }
    world.pass(10);
    assertThat(feed.gaps).extracting(Gap::reason).containsExactlyElementsOf(reasons);
    assertThat(feed.others)
        .containsExactly(
            new Notice.Passed(new Moved("c", new Position("e1", 9), 3)),
            new Notice.Passed(new Moved("c", new Position("e1", 9), 4)));
    assertThat(feed.subscriber.counters).isEqualTo(new Counters(4, 7, 0));
  }

  @Test
  void readerThatLosesItsHoldIsWarnedAndGoesOn() {
    FakeFeed feed = world.subscribe("c", ALL.withHold(true), false);
    world.pass(10);
    assertThat(feed.subscriber.standing.holds()).isTrue();
    String lost =
        "{\"type\":\"error\",\"channel\":\"%s\",\"code\":\"hold_lost\",\"message\":\"Too slow\"}";
    world.say(lost.formatted("c"));
    world.append("c", "1");
    world.pass(10);
    assertThat(feed.others)
        .singleElement()
        .isInstanceOfSatisfying(
            Notice.Warned.class, it -> assertThat(it.warning().code()).isEqualTo("hold_lost"));
    assertThat(feed.subscriber.standing.holds()).isFalse();
    assertThat(feed.data).containsExactly("1");
    assertThat(world.errors).isEmpty();
    world.say(lost.formatted("other"));
    world.say(
        "{\"type\":\"error\",\"channel\":\"c\",\"code\":\"not_subscribed\",\"message\":\"As"
            + " before\"}");
    world.pass(10);
    assertThat(world.errors).containsExactly("hold_lost", "not_subscribed");
  }

  @Test
  void policyThatIsNotAllowedEndsTheSubscription() {
    world.nextFault = Code.POLICY_NOT_ALLOWED;
    FakeFeed feed = world.subscribe("c", ALL.withPolicy(Policy.DISCONNECT), false);
    world.pass(10);
    assertThat(feed.end.code()).isEqualTo("policy_not_allowed");
  }

  @Test
  void patternPaysForItsOwnAndGoesOnFromItsPlaceInTheFeed() {
    FakeFeed pattern = world.subscribe("task.*", ALL.withCredit(4, 10_000), false);
    FakeFeed plain = world.subscribe("task.a", ALL.withCredit(4, 10_000), false);
    world.pass(10);
    world.append("task.a", "1");
    world.append("task.b", "2");
    world.append("task.a", "3");
    world.pass(10);
    assertThat(pattern.data).containsExactly("1", "2", "3");
    assertThat(plain.data).containsExactly("1", "3");
    assertThat(pattern.subscriber.position).isEqualTo(new Position("fe1", 3));
    assertThat(plain.subscriber.position).isEqualTo(new Position("e1", 2));
    world.cut(1006);
    world.append("task.b", "4");
    world.pass(2_000);
    assertThat(pattern.data).containsExactly("1", "2", "3", "4");
    assertThat(pattern.stood.get(1).recovered()).isTrue();
    assertThat(pattern.gaps).isEmpty();
  }

  @Test
  void patternKnowsAThousandChannelsByTheirLastMessage() {
    FakeFeed feed = world.subscribe(">", ALL.withCredit(5_000, 1 << 30), false);
    world.pass(10);
    for (int i = 0; i <= Subscriber.KNOWN_CHANNELS; i++) {
      world.append("c" + i, "1");
    }
    world.pass(10);
    Position first = new Position("e1", 1);
    assertThat(feed.subscriber.knows("c1", first)).isTrue();
    assertThat(feed.subscriber.knows("c0", first)).as("forgotten").isFalse();
  }
}
