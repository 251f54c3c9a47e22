package io.sluice.core.log;

import io.sluice.model.Fault;
import io.sluice.model.Position;
import io.sluice.races.Sample;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * The fourth order: a lane says how far its holding readers are, then looks whether anybody waits;
 * a writer is seen to wait, then looks how far they are.
 */
public class HoldRace {
  private HoldRace() {}

  /**
   * A reader has one publication to take, and there is room for no other. It takes it while another
   * is published. First is the head afterwards, second the offset the writer was answered.
   */
  @JCStressTest
  @Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "it entered, at once or when let in")
  @Outcome(expect = Expect.FORBIDDEN, desc = "it waits, and nobody will let it in")
  @State
  public static class MoveOrWait {
    private final Gate gate = new Gate(1);

    @Actor
    public void lane() {
      gate.stake.raise(2, 0, Sample.NOW);
    }

    @Actor
    public void writer() {
      gate.publish();
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r1 = gate.log.head();
      result.r2 = gate.answered;
    }
  }

  /**
   * The same with two publications of one writer, and room for both once the reader has moved.
   * First is the head afterwards, second the last answer; an answer out of order is a negative one.
   */
  @JCStressTest
  @Outcome(id = "4, 4", expect = Expect.ACCEPTABLE, desc = "both are in and were answered in order")
  @Outcome(expect = Expect.FORBIDDEN, desc = "one waits for ever, or the second was answered first")
  @State
  public static class MoveOrWaitTwice {
    private final Gate gate = new Gate(2);

    @Actor
    public void lane() {
      gate.stake.raise(3, 0, Sample.NOW);
    }

    @Actor
    public void writer() {
      gate.publish();
      gate.publish();
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r1 = gate.log.head();
      result.r2 = gate.answered;
    }
  }

  /**
   * A reader ends while another lane's begins to hold, and something is published that waits for
   * the first. First is the head afterwards, second the offset from which the log keeps everything.
   */
  @JCStressTest
  @Outcome(id = "2, [12]", expect = Expect.ACCEPTABLE, desc = "it entered, and is kept")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "it waits for the second reader")
  @Outcome(expect = Expect.FORBIDDEN, desc = "something that a reader has to take is not kept")
  @State
  public static class GiveOrTake {
    private final Gate gate = new Gate(1);
    private final Hold.Stake other = gate.log.hold().stake();

    public GiveOrTake() {
      gate.publish();
    }

    @Actor
    public void lane() {
      gate.stake.give(0, 0, Sample.NOW);
    }

    @Actor
    public void otherLane() {
      other.take(1);
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r1 = gate.log.head();
      synchronized (gate.log) {
        result.r2 = gate.log.hold().low();
      }
    }
  }

  /** A log that lets so many publications lie before its one reader, and as many do. */
  static final class Gate implements Broker.Receipt {
    final Log log;
    final Hold.Stake stake;
    volatile long answered;

    Gate(int publications) {
      log =
          new Log(
              Sample.CHANNEL,
              Sample.EPOCH,
              0,
              Sample.holding(publications),
              new LogBudget(1 << 20),
              Sample.NOW);
      stake = log.hold().stake();
      stake.take(1);
      for (int i = 0; i < publications; i++) {
        publish();
      }
    }

    void publish() {
      long offset = log.append(Sample.DRAFT, Sample.NOW, this);
      if (offset != Log.LATER) {
        answer(offset);
      }
    }

    private void answer(long offset) {
      answered = offset > answered && answered >= 0 ? offset : -1;
    }

    @Override
    public void appended(Position position) {
      answer(position.offset());
    }

    @Override
    public void failed(Fault fault) {
      answered = -1;
    }

    @Override
    public Broker.Writer writer() {
      return Sample.WRITER;
    }
  }
}
