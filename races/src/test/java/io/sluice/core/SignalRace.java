package io.sluice.core;

import io.sluice.core.log.Log;
import io.sluice.core.log.LogBudget;
import io.sluice.races.Sample;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Signals are raised by any thread and taken by the lane. */
public class SignalRace {
  private SignalRace() {}

  /**
   * The second order: the lane lowers its mark, then reads the head; a publisher writes the head,
   * then raises the mark. One publication is signalled, another comes. First is the head the lane
   * read, second how many marks are raised afterwards.
   */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "not seen, but signalled again")
  @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "seen")
  @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "seen, and signalled once too often")
  @Outcome(expect = Expect.FORBIDDEN, desc = "neither seen nor signalled")
  @State
  public static class LowerOrRaise {
    private final SignalQueue queue = new SignalQueue(() -> {});
    private final Probe mark = new Probe(queue);
    private final Log log =
        new Log(
            Sample.CHANNEL, Sample.EPOCH, 0, Sample.channel(4), new LogBudget(1 << 20), Sample.NOW);

    public LowerOrRaise() {
      log.join(mark);
      log.append(Sample.DRAFT, Sample.NOW);
    }

    @Actor
    public void lane(JJ_Result result) {
      SignalQueue.Mark taken = queue.takeAll();
      taken.cutNext();
      taken.lower();
      result.r1 = log.head();
    }

    @Actor
    public void publisher() {
      log.append(Sample.DRAFT, Sample.NOW);
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r2 = take(queue);
    }
  }

  /**
   * The third order: what is put in is taken once. Two marks are raised while the lane takes; the
   * rest is taken afterwards. Of each it is counted how often.
   */
  @JCStressTest
  @Outcome(id = "1, 1, [012]", expect = Expect.ACCEPTABLE, desc = "each once, sooner or later")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or taken twice")
  @State
  public static class RaiseOrTake {
    private final SignalQueue queue = new SignalQueue(() -> {});
    private final Probe one = new Probe(queue);
    private final Probe other = new Probe(queue);

    @Actor
    public void publisher() {
      one.raise();
      other.raise();
    }

    @Actor
    public void lane(III_Result result) {
      result.r3 = take(queue);
    }

    @Arbiter
    public void afterwards(III_Result result) {
      take(queue);
      result.r1 = one.taken;
      result.r2 = other.taken;
    }
  }

  /** Two publishers raise the same mark and one each of their own; all are taken once. */
  @JCStressTest
  @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "each once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or put in twice")
  @State
  public static class RaiseOrRaise {
    private final SignalQueue queue = new SignalQueue(() -> {});
    private final Probe shared = new Probe(queue);
    private final Probe one = new Probe(queue);
    private final Probe other = new Probe(queue);

    @Actor
    public void publisher() {
      shared.raise();
      one.raise();
    }

    @Actor
    public void otherPublisher() {
      shared.raise();
      other.raise();
    }

    @Arbiter
    public void afterwards(III_Result result) {
      take(queue);
      result.r1 = shared.taken;
      result.r2 = one.taken;
      result.r3 = other.taken;
    }
  }

  /** Takes all, notes it at each, and says how many. */
  private static int take(SignalQueue queue) {
    int count = 0;
    SignalQueue.Mark mark = queue.takeAll();
    // A chain that runs in a circle would otherwise be counted for ever.
    while (mark != null && count < 10) {
      SignalQueue.Mark following = mark.cutNext();
      mark.lower();
      ((Probe) mark).taken++;
      count++;
      mark = following;
    }
    return count;
  }

  private static final class Probe extends SignalQueue.Mark {
    private int taken;

    Probe(SignalQueue queue) {
      super(queue);
    }
  }
}
