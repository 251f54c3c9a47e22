package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.CloseReason;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Form;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Position;
import io.sluice.races.Sample;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A whole lane takes a turn while others hand it work: a wake is never lost. */
public class LaneRace {
  private static final Identity USER = new Identity("u", null, Grants.ALL, Long.MAX_VALUE);
  private static final Form FORM = publication -> Sample.frame();

  private LaneRace() {}

  /**
   * A subscriber's lane takes its turn while another thread publishes; afterwards the lane takes
   * the turns it was woken for, and no other. First is how many publications the subscriber got,
   * second how often the wake was called, the first publication's included.
   */
  @JCStressTest
  @Outcome(id = "2, [12]", expect = Expect.ACCEPTABLE, desc = "both, in this turn or the next")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a publication without a turn, or one too often")
  @State
  public static class TurnOrPublish {
    private final Loop loop = new Loop();

    public TurnOrPublish() {
      loop.subscribe();
      loop.wakes = 0;
      loop.publish();
    }

    @Actor
    public void lane() {
      loop.turn();
    }

    @Actor
    public void publisher() {
      loop.publish();
    }

    @Arbiter
    public void afterwards(II_Result result) {
      loop.run();
      result.r1 = loop.frames;
      result.r2 = loop.wakes;
    }
  }

  /**
   * A lane opens a subscription while another thread publishes to that channel. First is the offset
   * the subscription began at, second how many publications came after it; together they are all
   * there are.
   */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "published after the subscription")
  @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "published before the subscription")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a hole, or a double")
  @State
  public static class SubscribeOrPublish {
    private final Loop loop = new Loop();

    public SubscribeOrPublish() {
      loop.publish();
    }

    @Actor
    public void lane() {
      loop.subscribe();
    }

    @Actor
    public void publisher() {
      loop.publish();
    }

    @Arbiter
    public void afterwards(II_Result result) {
      loop.run();
      result.r1 = (int) loop.subscribedAt;
      result.r2 = loop.frames;
    }
  }

  /** A letter is posted while the lane, awake already, takes its turn. It is how often it ran. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "in this turn or the next")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the letter lies there and nobody wakes the lane")
  @State
  public static class TurnOrPost {
    private final Loop loop = new Loop();
    private int ran;

    public TurnOrPost() {
      loop.lane.post(now -> {});
    }

    @Actor
    public void lane() {
      loop.turn();
    }

    @Actor
    public void other() {
      loop.lane.post(now -> ran++);
    }

    @Arbiter
    public void afterwards(I_Result result) {
      loop.run();
      result.r1 = ran;
    }
  }

  /** An event loop in little: a lane, and whether it is to take another turn. */
  private static final class Loop implements Lane.Wake, Outlet, Broker.Receipt {
    private final MemoryBroker broker = Sample.broker();
    private final Lane lane = new Lane(0, Sample.LIMITS, broker, this, this, new Meter());
    private volatile boolean woken;
    private volatile int wakes;
    private int batch;
    private int frames;
    private long subscribedAt = -1;

    void subscribe() {
      Session session = lane.open(0, USER, FORM, "c", Sample.NOW);
      session.accept(
          new Command.Subscribe(
              null, Sample.CHANNEL, null, null, null, null, null, null, false, false),
          Sample.NOW);
      run();
    }

    void publish() {
      broker.publish(Sample.DRAFT, Sample.NOW, this);
    }

    /** The turn that was asked for begins. */
    void turn() {
      woken = false;
      lane.turn(Sample.NOW);
    }

    /** Every turn that was asked for; bounded, so that a lane that wakes itself ends too. */
    void run() {
      for (int turns = 0; woken && turns < 100; turns++) {
        turn();
      }
    }

    @Override
    public void wake() {
      wakes++;
      woken = true;
    }

    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault.message());
    }

    @Override
    public void tell(int slot, Event event) {
      if (event instanceof Event.Subscribed subscribed) {
        subscribedAt = subscribed.position().offset();
      }
    }

    @Override
    public void beginBatch() {
      batch = 0;
    }

    @Override
    public int append(byte[] frame) {
      return ++batch;
    }

    @Override
    public void fanOut(int[] slots, int count, Shortfalls shortfalls) {
      frames += batch * count;
    }

    @Override
    public int send(int slot) {
      frames += batch;
      return batch;
    }

    @Override
    public boolean ready(int slot) {
      return true;
    }

    @Override
    public void finish(int slot, byte[] frame, int from) {}

    @Override
    public void heartbeat(int slot) {}

    @Override
    public void close(int slot, CloseReason reason) {}

    @Override
    public void flush() {}
  }
}
