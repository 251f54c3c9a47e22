package io.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.CountingForm;
import io.sluice.core.TestPayload;
import io.sluice.model.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every broker keeps, for how long, and what it then forgets. */
public abstract class RetentionContract extends BrokerHarness {
  @Test
  void oldestBeyondTheCountAreEvicted() {
    start(hub(10, 1 << 20, 10), log(3, 1 << 20));
    for (int i = 1; i <= 20; i++) {
      publish("a", Integer.toString(i));
    }
    settle();
    assertThat(open("a").texts()).containsExactly("18", "19", "20");
  }

  @Test
  void logOfOneKeepsTheNewest() {
    start(hub(10, 1 << 20, 10), log(1, 1 << 20));
    publish("a", "1");
    publish("a", "2");
    settle();
    assertThat(open("a").texts()).containsExactly("2");
  }

  @Test
  void oldestBeyondTheBytesAreEvictedButNeverTheNewest() {
    start(hub(10, 1 << 20, 10), log(100, 600));
    publish("a", "1");
    publish("a", "2");
    publish("a", "3");
    settle();
    Reader reader = open("a");
    assertThat(reader.texts()).containsExactly("1", "2", "3");
    publish("a", TestPayload.ofSize(300), null);
    settle();
    assertThat(reader.log.first()).isEqualTo(3);
    publish("a", TestPayload.ofSize(5_000), null);
    settle();
    assertThat(reader.log.first()).isEqualTo(5);
    assertThat(reader.log.head()).isEqualTo(5);
    assertThat(reader.log.entry(4)).isNull();
    assertThat(reader.log.entry(5)).isNotNull();
  }

  @Test
  void whatIsTooOldIsEvictedByTheSweepButNeverTheNewest() {
    start();
    Reader reader = open("a");
    publish("a", "1");
    publish("a", "2");
    settle();
    pass(MINUTE);
    assertThat(reader.texts()).containsExactly("1", "2");
    pass(Duration.ofMillis(1));
    assertThat(reader.texts()).containsExactly("2");
    publish("a", "3");
    settle();
    assertThat(reader.texts()).containsExactly("3");
  }

  @Test
  void appendingLogPaysForTheBudgetOfAllWithItsOwnOldest() {
    start(hub(10, 1_000, 10), log(100, 1 << 20));
    publish("quiet", TestPayload.ofSize(400), null);
    settle();
    for (int i = 1; i <= 10; i++) {
      publish("busy", Integer.toString(i));
    }
    settle();
    assertThat(open("quiet").texts()).hasSize(1);
    assertThat(open("busy").texts()).containsExactly("8", "9", "10");
    assertThat(answers()).doesNotContain("memory_limit");
  }

  @Test
  void whatTheBudgetOfAllHasNoRoomForIsRefusedAndEvictsNothing() {
    start(hub(10, 1_000, 10), log(100, 1 << 20));
    publish("quiet", TestPayload.ofSize(400), null);
    publish("busy", "1");
    settle();
    List<String> _ = answers();
    publish("busy", TestPayload.ofSize(3_000), "again");
    publish("new", TestPayload.ofSize(400), null);
    settle();
    assertThat(answers()).containsExactlyInAnyOrder("memory_limit", "memory_limit");
    assertThat(open("busy").texts()).containsExactly("1");
    assertThat(open("quiet").texts()).hasSize(1);
    List<String> _ = answers();
    publish("quiet", TestPayload.ofSize(300), null);
    publish("busy", TestPayload.ofSize(1), "again");
    settle();
    assertThat(answers()).as("what its own makes room for is taken").doesNotContain("memory_limit");
  }

  @Test
  void framesAndFieldsBeyondTheBoundAreForgottenAndMadeAgain() {
    start(hub(10, 1 << 20, 10), new Limits.Log(100, 1 << 20, MINUTE, 1_000, 3, MINUTE));
    Reader reader = open("a");
    for (int i = 1; i <= 20; i++) {
      publish("a", "text");
    }
    settle();
    CountingForm form = new CountingForm(1);
    for (long offset = 1; offset <= 20; offset++) {
      reader.log.frame(reader.log.entry(offset), form);
      reader.log.fields(reader.log.entry(offset));
      assertThat(reader.log.derivedBytes()).isBetween(1L, 1_000L);
    }
    assertThat(form.encodes()).isEqualTo(20);
    reader.log.frame(reader.log.entry(20), form);
    assertThat(form.encodes()).isEqualTo(20);
    reader.log.frame(reader.log.entry(1), form);
    assertThat(form.encodes()).isEqualTo(21);
  }

  @Test
  void framesOfWhatIsEvictedAreForgottenWithIt() {
    start(hub(10, 1 << 20, 10), log(2, 1 << 20));
    Reader reader = open("a");
    CountingForm form = new CountingForm(1);
    publish("a", "1");
    settle();
    reader.log.frame(reader.log.entry(1), form);
    long one = reader.log.derivedBytes();
    for (int i = 2; i <= 6; i++) {
      publish("a", Integer.toString(i));
      settle();
      reader.log.frame(reader.log.entry(i), form);
    }
    assertThat(reader.log.derivedBytes()).isEqualTo(2 * one);
  }

  @Test
  void channelsBeyondTheLimitAreRefusedByName() {
    start(hub(2, 1 << 20, 10), log(10, 1 << 20));
    publish("a", "1");
    settle();
    open("b");
    publish("c", "1");
    Reader refused = open("d");
    publish("a", "2");
    assertThat(answers().stream().sorted()).containsExactly("channel_limit", "e1/1", "e1/2");
    assertThat(refused.failed).isEqualTo("channel_limit");
    assertThat(refused.log).isNull();
  }

  @Test
  void channelThatNobodyUsesMakesRoomAndComesBackWithItsNumbers() {
    start(hub(1, 1 << 20, 10), log(10, 1 << 20));
    publish("a", "1");
    publish("a", "2");
    settle();
    pass(MINUTE.plusMillis(1));
    publish("b", "1");
    settle();
    pass(MINUTE.plusMillis(1));
    Reader back = open("a");
    assertThat(back.log.epoch()).isEqualTo("e1");
    assertThat(back.head).isEqualTo(2);
    assertThat(back.log.first()).isEqualTo(3);
    publish("a", "3");
    assertThat(answers()).containsExactly("e1/1", "e1/2", "e2/1", "e1/3");
  }

  @Test
  void channelThatNeverHadAnythingMakesRoomAsSoonAsNobodyReadsIt() {
    start(hub(1, 1 << 20, 10), log(10, 1 << 20));
    for (String channel : List.of("a", "b", "a")) {
      Reader reader = open(channel);
      assertThat(reader.log).as(channel).isNotNull();
      assertThat(reader.log.epoch()).isEqualTo(channel.equals("a") ? "e1" : "e2");
      pass(Duration.ofMillis(1));
      assertThat(open("c").failed).isEqualTo("channel_limit");
      reader.log.leave(reader, time.now());
      pass(Duration.ofMillis(1));
    }
    publish("a", "1");
    assertThat(answers()).containsExactly("e1/1");
  }

  @Test
  void channelWithAReaderIsNeverRemoved() {
    start(hub(1, 1 << 20, 10), log(10, 1 << 20));
    Reader reader = open("a");
    publish("a", "1");
    assertThat(answers()).containsExactly("e1/1");
    pass(HOUR);
    publish("b", "1");
    assertThat(answers()).containsExactly("channel_limit");
    reader.log.leave(reader, time.now());
    pass(MINUTE);
    publish("b", "1");
    assertThat(answers()).containsExactly("channel_limit");
    pass(Duration.ofMillis(1));
    publish("b", "1");
    assertThat(answers()).containsExactly("e2/1");
  }

  @Test
  void removedChannelsAreForgottenAfterTheirTime() {
    start();
    publish("a", "1");
    settle();
    pass(MINUTE.plusMillis(1));
    pass(HOUR);
    publish("a", "2");
    settle();
    pass(MINUTE.plusMillis(1));
    pass(HOUR.plusMillis(1));
    publish("a", "3");
    assertThat(answers()).containsExactly("e1/1", "e1/2", "e2/1");
  }

  @Test
  void oldestRemovedChannelsBeyondTheBoundAreForgotten() {
    start(hub(10, 1 << 20, 1), log(10, 1 << 20));
    publish("a", "1");
    settle();
    pass(MINUTE.plusMillis(1));
    publish("b", "1");
    settle();
    pass(MINUTE.plusMillis(1));
    publish("b", "2");
    settle();
    publish("a", "2");
    assertThat(answers()).containsExactly("e1/1", "e2/1", "e2/2", "e3/1");
  }
}
