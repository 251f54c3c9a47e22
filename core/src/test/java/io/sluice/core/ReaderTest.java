package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.log.Broker;
import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a reader in the process is told, step by step. */
class ReaderTest {
  private static final ChannelName CHANNEL = new ChannelName("c");
  private static final int STEP = 3;
  private static final int KEPT = 8;

  private final VirtualTime time = new VirtualTime();
  private final MemoryBroker broker =
      new MemoryBroker(
          new Limits.Hub(4, 1 << 20, 4, Duration.ofHours(1)),
          Namespaces.of(TestLimits.logOf(KEPT)),
          () -> "e");
  private final Queue<Runnable> steps = new ArrayDeque<>();
  private final Told told = new Told();

  /** Notes what it is told, and takes what it is to take. */
  private static final class Told implements Reader.Handler {
    private final List<String> all = new ArrayList<>();
    private final List<String> ahead = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private Runnable then = () -> {};

    @Override
    public boolean publication(Publication publication) {
      Runnable now = then;
      then = () -> {};
      now.run();
      if (room == 0) {
        return false;
      }
      room--;
      all.add(text(publication));
      return true;
    }

    private static String text(Publication publication) {
      byte[] bytes = publication.draft().payload().bytes();
      return publication.offset() + new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void ahead(Publication publication) {
      ahead.add(text(publication));
    }

    @Override
    public void gap(long first, long last) {
      all.add("gap " + first + "-" + last);
    }

    @Override
    public void failed(Fault fault) {
      all.add(fault.code().text());
    }
  }

  private void publish(String... texts) {
    for (String text : texts) {
      broker.publish(draft(text), time.now(), new Heedless());
    }
  }

  private static Draft draft(String text) {
    return new Draft(CHANNEL, Draft.Kind.BROADCAST, null, TestPayload.of(text), null, null);
  }

  private static final class Heedless implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault.message());
    }
  }

  private Reader open(long from) {
    return open(broker, from, steps::add);
  }

  private Reader open(Broker from, long offset, Executor executor) {
    return Reader.open(from, CHANNEL, offset, STEP, told, executor, time.now());
  }

  /** Runs one step; false if there was none. */
  private boolean step() {
    Runnable step = steps.poll();
    if (step != null) {
      step.run();
    }
    return step != null;
  }

  private void run() {
    boolean more = step();
    while (more) {
      more = step();
    }
  }

  @Test
  void readsWhatTheLogStillHasAndThenWhatComes() {
    publish("a", "b");
    open(Reader.OLDEST);
    run();
    publish("c");
    run();
    assertThat(told.all).containsExactly("1a", "2b", "3c");
  }

  @Test
  void beginsAtTheHeadOrAtAnOffsetIfItIsToldTo() {
    publish("a", "b");
    open(Reader.HEAD);
    open(2);
    publish("c");
    run();
    assertThat(told.all).containsExactlyInAnyOrder("3c", "2b", "3c");
  }

  @Test
  void anOffsetThatHasNotBeenGivenYetIsWaitedFor() {
    open(3);
    publish("a", "b", "c");
    run();
    assertThat(told.all).containsExactly("3c");
  }

  @Test
  void whileNothingComesItIsNotInTheExecutor() {
    open(Reader.OLDEST);
    run();
    assertThat(steps).isEmpty();
    publish("a", "b");
    assertThat(steps).hasSize(1);
  }

  @Test
  void leavesTheExecutorToOthersAfterSoManyPublications() {
    open(Reader.OLDEST);
    run();
    publish("a", "b", "c", "d");
    step();
    assertThat(told.all).containsExactly("1a", "2b", "3c");
    assertThat(steps).hasSize(1);
    run();
    assertThat(told.all).containsExactly("1a", "2b", "3c", "4d");
  }

  @Test
  void isNeverInTheExecutorTwiceThoughItIsRaisedWhileItReads() {
    open(Reader.OLDEST);
    run();
    publish("a");
    told.then = () -> publish("b", "c");
    step();
    assertThat(told.all).containsExactly("1a");
    assertThat(steps).hasSize(1);
    run();
    assertThat(told.all).containsExactly("1a", "2b", "3c");
  }

  @Test
  void whatWasEvictedBeforeItCouldBeReadIsToldAsOneGap() {
    open(Reader.OLDEST);
    run();
    publish("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    run();
    assertThat(told.all).startsWith("gap 1-2", "3c").endsWith("10j").hasSize(9);
  }

  @Test
  void whatIsEvictedWhileItReadsIsAGapToo() {
    open(Reader.OLDEST);
    run();
    publish("a", "b");
    told.then = () -> publish("c", "d", "e", "f", "g", "h", "i", "j", "k");
    run();
    assertThat(told.all).containsSubsequence("1a", "gap 2-3", "4d", "11k").hasSize(10);
  }

  @Test
  void whatIsNotTakenIsGivenAgainWhenItIsAskedToGoOn() {
    Reader reader = open(Reader.OLDEST);
    told.room = 1;
    publish("a", "b");
    run();
    assertThat(told.all).containsExactly("1a");
    told.room = 9;
    reader.goOn();
    run();
    assertThat(told.all).containsExactly("1a", "2b");
  }

  @Test
  void whileOneIsNotTakenItAndWhatLiesBehindItAreShownOnceAndHaveTheirTurn() {
    Reader reader = open(Reader.OLDEST);
    told.room = 1;
    publish("a", "b", "c", "d", "e", "f");
    step();
    assertThat(told.ahead).containsExactly("2b", "3c", "4d");
    run();
    assertThat(told.ahead).containsExactly("2b", "3c", "4d", "5e", "6f");
    publish("g");
    run();
    told.room = 2;
    reader.goOn();
    run();
    assertThat(told.ahead).containsExactly("2b", "3c", "4d", "5e", "6f", "7g");
    told.room = 9;
    reader.goOn();
    run();
    assertThat(told.all).containsExactly("1a", "2b", "3c", "4d", "5e", "6f", "7g");
    assertThat(told.ahead).hasSize(6);
    publish("h");
    run();
    assertThat(told.all).endsWith("8h");
    assertThat(told.ahead).hasSize(6);
  }

  @Test
  void whatIsEvictedCannotBeShownAhead() {
    open(Reader.OLDEST);
    told.room = 0;
    publish("a");
    run();
    publish("b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
    run();
    assertThat(told.all).containsExactly("gap 1-3");
    assertThat(told.ahead).startsWith("1a", "4d").endsWith("11k").hasSize(9);
  }

  @Test
  void isAskedToGoOnWhileItsHandlerRefusesAndIsNotForgotten() {
    Reader reader = open(Reader.OLDEST);
    told.room = 0;
    told.then =
        () -> {
          reader.goOn();
          told.room = 0;
        };
    publish("a");
    step();
    told.room = 1;
    run();
    assertThat(told.all).containsExactly("1a");
  }

  @Test
  void oneThatItsHandlerFailsAtIsPassedOverAndTheRestIsRead() {
    open(Reader.OLDEST);
    publish("a", "b");
    told.then =
        () -> {
          throw new IllegalStateException("a bug");
        };
    assertThatThrownBy(this::step).hasMessage("a bug");
    run();
    assertThat(told.all).containsExactly("2b");
  }

  @Test
  void isToldNothingMoreOnceItIsClosedAndTheLogIsGivenBack() {
    Reader reader = open(Reader.OLDEST);
    publish("a", "b");
    told.then = () -> reader.close(time.now());
    run();
    publish("c");
    run();
    assertThat(told.all).containsExactly("1a");
    assertThat(steps).isEmpty();
    time.advance(Duration.ofMinutes(6));
    broker.tick(time.now());
    assertThat(broker.channels()).isZero();
  }

  @Test
  void keepsTheLogWhileItIsOpen() {
    open(Reader.OLDEST);
    time.advance(Duration.ofMinutes(6));
    broker.tick(time.now());
    assertThat(broker.channels()).isOne();
  }

  @Test
  void isClosedBeforeTheBrokerAnswersAndGivesTheLogBack() {
    Later later = Later.inSteps(1);
    Broker slow = new DeferredBroker(broker, later);
    Reader reader = open(slow, Reader.OLDEST, steps::add);
    reader.close(time.now());
    later.settle();
    run();
    time.advance(Duration.ofMinutes(6));
    broker.tick(time.now());
    assertThat(broker.channels()).isZero();
    assertThat(told.all).isEmpty();
  }

  @Test
  void isRaisedBeforeTheBrokerHasAnsweredAndMissesNothing() {
    Later later = Later.inSteps(1);
    Reader reader = open(new DeferredBroker(broker, later), Reader.OLDEST, steps::add);
    reader.raise();
    run();
    publish("a");
    later.settle();
    run();
    assertThat(told.all).containsExactly("1a");
  }

  @Test
  void hearsThatTheLogCannotBeOpened() {
    broker.close();
    open(Reader.OLDEST);
    assertThat(told.all).containsExactly("broker_unavailable");
  }

  @Test
  void standsStillWhenTheExecutorTakesNoMoreAndItsPublishersDoNotNotice() {
    open(
        broker,
        Reader.OLDEST,
        step -> {
          throw new RejectedExecutionException();
        });
    publish("a");
    assertThat(told.all).isEmpty();
  }

  @Test
  void aStepOfNothingOrAnOffsetBelowNoneIsABug() {
    assertThatThrownBy(() -> open(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Reader.open(broker, CHANNEL, 1, 0, told, steps::add, time.now()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whoHasClosedIsNotToldThatTheLogCannotBeOpened() {
    Later.Steps later = Later.inSteps(1);
    Broker slow = new DeferredBroker(broker, later, 1, 100);
    Reader reader = Reader.open(slow, CHANNEL, Reader.OLDEST, STEP, told, steps::add, time.now());
    reader.close(time.now());
    later.settle();
    assertThat(told.all).isEmpty();
  }
}
