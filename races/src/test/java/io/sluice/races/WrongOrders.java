package io.sluice.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JZ_Result;

/**
 * The orders in little, and wrong. Each must be caught, or the harness catches nothing. They are
 * not named {@code …Race}, so that the test knows which must fail.
 *
 * <p>On a busy machine the two actors hardly ever run at the same moment. So the wrong moment is
 * held for a while, and being interrupted in it is enough; the other actor keeps the same pace.
 */
public class WrongOrders {
  private WrongOrders() {}

  /** A reader reads the head, then joins. */
  @JCStressTest
  @Outcome(id = "0, false", expect = Expect.FORBIDDEN, desc = "missed")
  @Outcome(expect = Expect.ACCEPTABLE)
  @State
  public static class HeadBeforeJoin {
    private volatile long head;
    private volatile boolean joined;
    private volatile boolean signalled;

    @Actor
    public void reader(JZ_Result result) {
      result.r1 = head;
      hold();
      joined = true;
    }

    @Actor
    public void publisher() {
      hold();
      head = 1;
      if (joined) {
        signalled = true;
      }
    }

    @Arbiter
    public void afterwards(JZ_Result result) {
      result.r2 = signalled;
    }
  }

  /** A lane reads the head, then lowers its mark. */
  @JCStressTest
  @Outcome(id = "0, false", expect = Expect.FORBIDDEN, desc = "missed")
  @Outcome(expect = Expect.ACCEPTABLE)
  @State
  public static class HeadBeforeLower {
    private volatile long head;
    private volatile boolean raised = true;
    private volatile boolean queued;

    @Actor
    public void lane(JZ_Result result) {
      result.r1 = head;
      hold();
      raised = false;
    }

    @Actor
    public void publisher() {
      hold();
      head = 1;
      if (!raised) {
        raised = true;
        queued = true;
      }
    }

    @Arbiter
    public void afterwards(JZ_Result result) {
      result.r2 = queued;
    }
  }

  /** A publisher reads the signals, then writes the head. */
  @JCStressTest
  @Outcome(id = "0, false", expect = Expect.FORBIDDEN, desc = "missed")
  @Outcome(expect = Expect.ACCEPTABLE)
  @State
  public static class SignalsBeforeHead {
    private volatile long head;
    private volatile boolean joined;
    private volatile boolean signalled;

    @Actor
    public void reader(JZ_Result result) {
      hold();
      joined = true;
      result.r1 = head;
    }

    @Actor
    public void publisher() {
      boolean anybody = joined;
      hold();
      head = 1;
      if (anybody) {
        signalled = true;
      }
    }

    @Arbiter
    public void afterwards(JZ_Result result) {
      result.r2 = signalled;
    }
  }

  /** A writer looks how far the reader is, then is seen to wait. */
  @JCStressTest
  @Outcome(id = "0, false", expect = Expect.FORBIDDEN, desc = "waits for ever")
  @Outcome(expect = Expect.ACCEPTABLE)
  @State
  public static class LookBeforeWait {
    private volatile long low;
    private volatile boolean waits;
    private volatile boolean letIn;

    @Actor
    public void writer(JZ_Result result) {
      result.r1 = low;
      hold();
      waits = true;
    }

    @Actor
    public void lane() {
      hold();
      low = 1;
      if (waits) {
        letIn = true;
      }
    }

    @Arbiter
    public void afterwards(JZ_Result result) {
      result.r2 = letIn;
    }
  }

  private static void hold() {
    for (int i = 0; i < 50; i++) {
      Thread.onSpinWait();
    }
  }
}
