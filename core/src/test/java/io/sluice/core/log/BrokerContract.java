package io.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Answering;
import io.sluice.core.TestPayload;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every broker promises of numbers, orders, signals and keys. */
public abstract class BrokerContract extends BrokerHarness {
  @Test
  void offsetsBeginAtOneAndRiseByOneInEachChannel() {
    start();
    publish("a", "1");
    settle();
    publish("b", "1");
    settle();
    publish("a", "2");
    publish("a", "3");
    assertThat(answers()).containsExactly("e1/1", "e2/1", "e1/2", "e1/3");
  }

  @Test
  void publicationsOfAChannelAreAppendedAndAnsweredInTheOrderOfTheCalls() {
    start();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      publish("a", Integer.toString(i));
      expected.add(Integer.toString(i));
    }
    assertThat(answers()).isEqualTo(expected.stream().map(n -> "e1/" + n).toList());
    assertThat(open("a").texts()).isEqualTo(expected);
  }

  @Test
  void receiptComesWhenThePublicationCanBeRead() {
    start();
    Reader reader = open("a");
    AtomicInteger read = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      broker.publish(
          new Draft(
              new ChannelName("a"), Draft.Kind.MESSAGE, "ann", TestPayload.of("x"), null, null),
          time.now(),
          new Broker.Receipt() {
            @Override
            public void appended(Position position) {
              if (reader.log.head() >= position.offset()
                  && reader.log.entry(position.offset()) != null) {
                read.incrementAndGet();
              }
            }

            @Override
            public void failed(Fault fault) {}
          });
    }
    settle();
    assertThat(read).hasValue(20);
  }

  @Test
  void everyReadersSignalIsRaisedForEveryAppendUntilItLeaves() {
    start();
    Reader one = open("a");
    Reader two = open("a");
    Reader elsewhere = open("b");
    publish("a", "1");
    settle();
    one.log.leave(one, time.now());
    publish("a", "2");
    settle();
    assertThat(one.raised).hasValue(1);
    assertThat(two.raised).hasValue(2);
    assertThat(elsewhere.raised).hasValue(0);
  }

  @Test
  void whatIsAppendedAfterTheAnsweredHeadRaisesTheSignal() {
    start();
    publish("a", "before");
    settle();
    Reader reader = new Reader();
    broker.open(new ChannelName("a"), reader, time.now(), reader);
    publish("a", "while");
    settle();
    publish("a", "after");
    settle();
    assertThat(reader.log.head() - reader.head).isPositive().isEqualTo(reader.raised.get());
  }

  @Test
  void repeatedKeyAppendsOnceWithinTheWindow() {
    start();
    publish("a", TestPayload.of("1"), "k");
    publish("a", TestPayload.of("2"), "k");
    publish("a", TestPayload.of("3"), "other");
    assertThat(answers()).containsExactly("e1/1", "e1/1", "e1/2");
    time.advance(MINUTE);
    publish("a", TestPayload.of("4"), "k");
    assertThat(answers()).containsExactly("e1/1");
    time.advance(Duration.ofMillis(1));
    publish("a", TestPayload.of("5"), "k");
    assertThat(answers()).containsExactly("e1/3");
  }

  @Test
  void keysOfOneChannelAreNoneOfAnother() {
    start();
    publish("a", TestPayload.of("1"), "k");
    settle();
    publish("b", TestPayload.of("1"), "k");
    assertThat(answers()).containsExactly("e1/1", "e2/1");
  }

  @Test
  void oldestKeysBeyondTheBoundAreForgotten() {
    start();
    for (String key : List.of("k1", "k2", "k3", "k4")) {
      publish("a", TestPayload.of(key), key);
    }
    publish("a", TestPayload.of("again"), "k2");
    publish("a", TestPayload.of("forgotten"), "k1");
    assertThat(answers()).containsExactly("e1/1", "e1/2", "e1/3", "e1/4", "e1/2", "e1/5");
  }

  @Test
  void keysOutliveALogThatNobodyUsesAsLongAsTheWindow() {
    start(
        hub(10, 1 << 20, 10),
        new Limits.Log(10, 1 << 20, Duration.ofSeconds(1), 1 << 20, 3, MINUTE));
    publish("a", TestPayload.of("1"), "k");
    settle();
    pass(MINUTE);
    publish("a", TestPayload.of("2"), "k");
    assertThat(answers()).containsExactly("e1/1", "e1/1");
  }

  @Test
  void closedBrokerFailsEverything() {
    start();
    publish("a", "1");
    settle();
    Broker inner = make(hub(10, 1 << 20, 10), Namespaces.of(log(10, 1 << 20)));
    inner.close();
    broker.close();
    broker = Answering.through(later = answering.later(), inner);
    publish("a", "2");
    Reader reader = open("a");
    assertThat(answers()).containsExactly("e1/1", "broker_unavailable");
    assertThat(reader.failed).isEqualTo("broker_unavailable");
  }
}
