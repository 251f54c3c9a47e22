package io.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.TestNamespaces;
import io.sluice.core.TestPayload;
import io.sluice.model.Draft;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every broker promises of the feed of a namespace. */
public abstract class FeedContract extends BrokerHarness {
  private void startFed(Limits.Hub hub, Limits.Log log, Limits.Log feed) {
    start(hub, TestNamespaces.fed("task.>", log, feed));
  }

  private void startFed() {
    startFed(hub(100, 1 << 20, 10), log(100, 1 << 20), log(100, 1 << 20));
  }

  private static Publication at(Reader reader, long offset) {
    return reader.log.entry(offset).publication();
  }

  @Test
  void everyPublicationOfTheNamespaceIsInItsFeedAndNoOther() {
    startFed();
    Reader feed = open("task.>");
    publish("task.a", "1");
    settle();
    publish("task.b.c", "2");
    settle();
    publish("other", "x");
    settle();
    publish("task.a", "3");
    settle();
    assertThat(feed.texts()).containsExactly("1", "2", "3");
    assertThat(at(feed, 3).offset()).isEqualTo(3);
    assertThat(at(feed, 3).origin())
        .isEqualTo(new Publication.Origin(new Position(open("task.a").log.epoch(), 2), "e1"));
    assertThat(feed.log.epoch()).isEqualTo("e1");
    assertThat(feed.log.subject()).hasToString("ChannelPattern[value=task.>]");
  }

  @Test
  void feedHasWhatWasPublishedBeforeAnybodyOpenedIt() {
    startFed();
    publish("task.a", "1");
    settle();
    assertThat(open("task.>").texts()).containsExactly("1");
  }

  @Test
  void feedSharesThePublicationWithItsChannel() {
    startFed();
    publish("task.a", "1");
    settle();
    Draft draft = at(open("task.a"), 1).draft();
    assertThat(at(open("task.>"), 1).draft()).isSameAs(draft);
  }

  @Test
  void repetitionIsInTheFeedOnce() {
    startFed();
    publish("task.a", TestPayload.of("1"), "k");
    publish("task.a", TestPayload.of("1"), "k");
    assertThat(answers()).containsExactly("e2/1", "e2/1");
    assertThat(open("task.>").texts()).containsExactly("1");
  }

  @Test
  void signalOfTheFeedIsRaisedForEveryAppendToItsChannels() {
    startFed();
    Reader feed = open("task.>");
    Reader channel = open("task.a");
    publish("task.a", "1");
    publish("task.b", "2");
    publish("other", "3");
    settle();
    assertThat(feed.raised).hasValue(2);
    assertThat(channel.raised).hasValue(1);
  }

  @Test
  void feedHasBoundsOfItsOwn() {
    startFed(hub(100, 1 << 20, 10), log(1, 1 << 20), log(3, 1 << 20));
    Reader feed = open("task.>");
    for (int i = 1; i <= 5; i++) {
      publish("task.a", Integer.toString(i));
    }
    settle();
    assertThat(open("task.a").texts()).containsExactly("5");
    assertThat(feed.texts()).containsExactly("3", "4", "5");
    pass(MINUTE.plusMillis(1));
    assertThat(feed.texts()).containsExactly("5");
  }

  @Test
  void patternWithoutAFeedOfItsOwnIsNotOpened() {
    startFed();
    assertThat(open("other.*").failed).isEqualTo("no_feed");
    assertThat(open("task.*").failed).isEqualTo("no_feed");
  }

  @Test
  void feedsCountAmongTheChannels() {
    startFed(hub(1, 1 << 20, 10), log(10, 1 << 20), log(10, 1 << 20));
    publish("task.a", "1");
    assertThat(answers()).containsExactly("channel_limit");
    Reader feed = open("task.>");
    assertThat(feed.head).isZero();
    assertThat(open("other").failed).isEqualTo("channel_limit");
  }

  @Test
  void whatTheFeedHasNoRoomForIsInNeither() {
    int size = Publication.OVERHEAD_BYTES + 4;
    startFed(hub(10, 4 * size, 10), log(10, 1 << 20), log(10, 1 << 20));
    publish("other", TestPayload.ofSize(1), null);
    settle();
    publish("other", TestPayload.ofSize(1), null);
    settle();
    publish("other", TestPayload.ofSize(1), null);
    settle();
    publish("task.a", TestPayload.ofSize(1), null);
    assertThat(answers().getLast()).isEqualTo("memory_limit");
    assertThat(open("task.a").log.head()).isZero();
    assertThat(open("task.>").log.head()).isZero();
  }

  @Test
  void fullBudgetMakesBothLetGoOfTheirOldest() {
    int size = Publication.OVERHEAD_BYTES + 4;
    startFed(hub(10, 6 * size, 10), log(10, 1 << 20), log(10, 1 << 20));
    for (int i = 1; i <= 9; i++) {
      publish("task.a", Integer.toString(i));
    }
    assertThat(answers()).hasSize(9).doesNotContain("memory_limit");
    assertThat(open("task.a").texts()).last().isEqualTo("9");
    assertThat(open("task.>").texts()).last().isEqualTo("9");
    assertThat(open("task.a").log.bytes() + open("task.>").log.bytes())
        .isLessThanOrEqualTo(6 * size);
  }

  @Test
  void feedStaysWhileAnyOfItsChannelsDoesAndIsRemovedWithTheLast() {
    startFed();
    Reader channel = open("task.a");
    publish("task.b", "1");
    settle();
    pass(MINUTE.plusMillis(1));
    pass(MINUTE.plusMillis(1));
    publish("task.a", "2");
    settle();
    Reader feed = open("task.>");
    assertThat(feed.log.epoch()).isEqualTo("e1");
    assertThat(feed.head).isEqualTo(2);
    feed.log.leave(feed, time.now());
    channel.log.leave(channel, time.now());
    pass(MINUTE.plusMillis(1));
    pass(MINUTE.plusMillis(1));
    Reader again = open("task.>");
    assertThat(again.log).isNotSameAs(feed.log);
    assertThat(again.log.epoch()).isEqualTo("e1");
    assertThat(again.head).isEqualTo(2);
    assertThat(again.texts()).isEmpty();
  }

  @Test
  void feedWhoseEndIsForgottenBeginsAnew() {
    startFed(hub(100, 1 << 20, 10), log(100, 1 << 20), log(100, 1 << 20));
    publish("task.a", "1");
    settle();
    pass(MINUTE.plusMillis(1));
    pass(MINUTE.plusMillis(1));
    pass(HOUR.plusMillis(1));
    publish("task.a", "2");
    settle();
    Reader feed = open("task.>");
    assertThat(feed.log.epoch()).isEqualTo("e3");
    assertThat(feed.texts()).containsExactly("2");
    assertThat(at(feed, 1).offset()).isEqualTo(1);
  }

  @Test
  void threadsThatPublishAtOnceFindEachChannelsOrderInTheFeed() throws Exception {
    int threads = 4;
    int each = 2_000;
    Limits.Log roomy = log(1 << 16, 1L << 30);
    broker = make(hub(100, 1L << 30, 10), TestNamespaces.fed("task.>", roomy, roomy));
    Reader feed = open("task.>");
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int first = i;
      publishers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < each; n++) {
                      publish("task." + (first + n) % 3, first + ":" + n);
                    }
                  }));
    }
    for (Thread publisher : publishers) {
      publisher.join();
    }
    Map<String, List<String>> inFeed = new HashMap<>();
    for (long offset = 1; offset <= feed.log.head(); offset++) {
      Publication there = at(feed, offset);
      assertThat(there.offset()).isEqualTo(offset);
      List<String> order =
          inFeed.computeIfAbsent(there.draft().channel().value(), name -> new ArrayList<>());
      order.add(there.draft().payload().toString());
      assertThat(there.origin().channel().offset()).isEqualTo(order.size());
    }
    assertThat(feed.log.head()).isEqualTo(threads * each);
    for (int i = 0; i < 3; i++) {
      Reader channel = open("task." + i);
      assertThat(inFeed.get("task." + i))
          .isEqualTo(channel.texts().stream().map(text -> text + "{}").toList());
    }
  }
}
