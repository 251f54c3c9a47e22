package io.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.core.TestLimits;
import io.sluice.core.TestPayload;
import io.sluice.core.VirtualTime;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The awkward moments between writers and lanes, arranged without luck. */
class HoldOrderTest {
  private static final ChannelName CHANNEL = new ChannelName("c");
  private static final Broker.Writer WRITER = new Broker.Writer(TestLimits.DEFAULTS.session());

  private final VirtualTime time = new VirtualTime();
  private final LogBudget budget = new LogBudget(1 << 20);
  private final Log log = new Log(CHANNEL, "e", 0, settings(), budget, time.now());
  private final Hold.Stake stake = log.hold().stake();
  private final List<String> answers = new ArrayList<>();

  /** Room for one publication of one letter. */
  private static ChannelSettings settings() {
    Limits.Log bounds = TestLimits.logOf(10);
    ChannelSettings usual = ChannelSettings.of(bounds);
    return new ChannelSettings(
        bounds,
        usual.delivery(),
        new ChannelSettings.Hold(130, 4, Duration.ofSeconds(30)),
        null,
        true,
        usual.rights(),
        usual.clients(),
        usual.priority());
  }

  private void publish(Payload payload, Runnable whenAppended) {
    Draft draft = new Draft(CHANNEL, Draft.Kind.BROADCAST, null, payload, null, null);
    long offset = log.append(draft, time.now(), receipt(whenAppended));
    if (offset != Log.LATER) {
      answers.add("at once " + offset);
    }
  }

  private void publish(String text) {
    publish(TestPayload.of(text), () -> {});
  }

  private Broker.Receipt receipt(Runnable whenAppended) {
    return new Broker.Receipt() {
      @Override
      public void appended(Position position) {
        assertThat(Thread.holdsLock(log)).isFalse();
        answers.add("later " + position.offset());
        whenAppended.run();
      }

      @Override
      public void failed(Fault fault) {
        answers.add(fault.code().text());
      }

      @Override
      public void held(int readers, long bytes) {
        assertThat(Thread.holdsLock(log)).isFalse();
        answers.add("held");
      }

      @Override
      public Broker.Writer writer() {
        assertThat(Thread.holdsLock(log)).isFalse();
        return WRITER;
      }
    };
  }

  /** Does something the second time its bytes are asked for, which is before it waits. */
  private record Meanwhile(AtomicInteger asked, Runnable step) implements Payload {
    @Override
    public byte[] bytes() {
      if (asked.incrementAndGet() == 2) {
        step.run();
      }
      return new byte[1];
    }

    @Override
    public Fields readFields() {
      return Fields.NONE;
    }
  }

  @Test
  void whoWaitsLooksOnceMoreHowFarTheReadersAreWhenItIsSeenToWait() {
    assertThat(stake.take(1)).isTrue();
    publish("1");
    // The reader moves when the writer has looked for room, and is not seen to wait yet.
    publish(new Meanwhile(new AtomicInteger(), () -> stake.raise(2, 0, time.now())), () -> {});
    assertThat(answers).containsExactly("at once 1", "held", "later 2");
    assertThat(log.head()).isEqualTo(2);
    assertThat(budget.waiting()).isZero();
  }

  @Test
  void whoMovesLetsInWhatIsSeenToWait() {
    assertThat(stake.take(1)).isTrue();
    publish("1");
    publish("2");
    assertThat(answers).containsExactly("at once 1", "held");
    stake.raise(2, 0, time.now());
    assertThat(answers).containsExactly("at once 1", "held", "later 2");
  }

  @Test
  void whatEntersWhileOthersAreBeingAnsweredIsAnsweredBehindThem() {
    assertThat(stake.take(1)).isTrue();
    publish("1");
    publish(TestPayload.of("2"), () -> publish("4"));
    publish("3");
    answers.clear();
    stake.give(0, 0, time.now());
    assertThat(answers).containsExactly("later 2", "later 3", "later 4");
  }

  @Test
  void howeverManyEnterTogetherEachSignalIsRaisedOnceAndBeforeTheAnswers() {
    AtomicInteger raised = new AtomicInteger();
    assertThat(log.join(raised::incrementAndGet)).isTrue();
    assertThat(stake.take(1)).isTrue();
    publish("1");
    publish(TestPayload.of("2"), () -> answers.add("after " + raised.get()));
    publish("3");
    publish("4");
    answers.clear();
    raised.set(0);
    stake.give(0, 0, time.now());
    assertThat(raised).hasValue(1);
    assertThat(answers).containsExactly("later 2", "after 1", "later 3", "later 4");
  }

  @Test
  void laneThatHoldsAgainCountsFromWhereItStandsNow() {
    assertThat(stake.take(1)).isTrue();
    publish("1");
    stake.give(0, 0, time.now());
    for (int i = 2; i <= 40; i++) {
      publish("x");
    }
    assertThat(log.first()).isEqualTo(31);
    assertThat(stake.take(5)).isTrue();
    assertThat(stake.next()).isEqualTo(31);
    answers.clear();
    publish("41");
    assertThat(answers).containsExactly("held");
    stake.raise(40, 1, time.now());
    assertThat(answers).containsExactly("held");
    stake.raise(41, 1, time.now());
    assertThat(answers).containsExactly("held", "later 41");
  }

  @Test
  void slowestOfSeveralLanesCountsAndEachMayGoFirst() {
    Hold.Stake other = log.hold().stake();
    assertThat(stake.take(1)).isTrue();
    assertThat(other.take(1)).isTrue();
    publish("1");
    publish("2");
    other.raise(2, 0, time.now());
    assertThat(log.head()).isEqualTo(1);
    stake.give(0, 0, time.now());
    assertThat(log.head()).isEqualTo(2);
    other.give(0, 0, time.now());
    publish("3");
    publish("4");
    assertThat(log.head()).isEqualTo(4);
  }

  @Test
  void whatEntersAtOnceAllocatesNoMoreThanWhereNobodyHolds() {
    Log free =
        new Log(CHANNEL, "e", 0, ChannelSettings.of(TestLimits.logOf(10)), budget, time.now());
    assertThat(stake.take(1)).isTrue();
    long usual = Long.MAX_VALUE;
    long held = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      usual = Math.min(usual, allocated(free));
      held = Math.min(held, allocated(log));
    }
    assertThat(held).isEqualTo(usual).isPositive();
  }

  /** What ten publications cost, each of which the reader takes before the next. */
  private long allocated(Log appended) {
    Draft draft = new Draft(CHANNEL, Draft.Kind.BROADCAST, null, TestPayload.of("1"), null, null);
    Moment now = time.now();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10; i++) {
      long offset = appended.append(draft, now);
      if (appended.hold() != null) {
        stake.raise(offset + 1, 0, now);
      }
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void whoHearsNothingDoesNotWait() {
    assertThat(stake.take(1)).isTrue();
    publish("1");
    Draft draft = new Draft(CHANNEL, Draft.Kind.BROADCAST, null, TestPayload.of("2"), null, null);
    assertThat(log.append(draft, time.now())).isEqualTo(Log.HOLD_FULL);
  }
}
