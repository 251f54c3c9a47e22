package io.sluice.core.log;

import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import io.sluice.races.Sample;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/** Two lanes want the same publication in the same form. */
public class DeriveRace {
  private DeriveRace() {}

  /** First and second are the bytes each lane's frame holds, third whether they are the same. */
  @JCStressTest
  @Outcome(id = "1, 1, true", expect = Expect.ACCEPTABLE, desc = "encoded once, shared")
  @Outcome(expect = Expect.FORBIDDEN, desc = "encoded twice, or half seen")
  @State
  public static class EncodeOnce implements Form {
    private final AtomicInteger encoded = new AtomicInteger();
    private final Log log =
        new Log(
            Sample.CHANNEL, Sample.EPOCH, 0, Sample.channel(4), new LogBudget(1 << 20), Sample.NOW);
    private final Entry entry;
    private Frame one;
    private Frame other;

    public EncodeOnce() {
      log.append(Sample.DRAFT, Sample.NOW);
      entry = log.entry(1);
    }

    @Override
    public Frame encode(Publication publication) {
      encoded.incrementAndGet();
      return Sample.frame();
    }

    @Actor
    public void oneLane(IIZ_Result result) {
      one = log.frame(entry, this);
      result.r1 = one.bytes().length;
    }

    @Actor
    public void otherLane(IIZ_Result result) {
      other = log.frame(entry, this);
      result.r2 = other.bytes().length;
    }

    @Arbiter
    public void afterwards(IIZ_Result result) {
      result.r3 = one == other && encoded.get() == 1;
    }
  }
}
