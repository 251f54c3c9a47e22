package io.sluice.core;

import io.sluice.core.log.MemoryBroker;
import io.sluice.model.CloseReason;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Form;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.races.Sample;
import java.util.List;
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

  /**
   * A session has lost its socket behind the first of two publications, and holds the writers. On
   * another lane it goes on where it stood and ends where it was, while a third is published that
   * must wait to enter. First is how many came without a socket, second how many where it goes on.
   */
  @JCStressTest
  @Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "all that it had not got, once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a hole, a double, or a writer that waits for ever")
  @State
  public static class ReturnOrPublish {
    private final MemoryBroker broker =
        new MemoryBroker(
            Sample.LIMITS.hub(), new Namespaces(List.of(), Sample.holding(1)), () -> Sample.EPOCH);
    private final Loop left = new Loop(broker);
    private final Loop next = new Loop(broker);
    private final Session session;
    private final Position place;

    public ReturnOrPublish() {
      session = left.subscribe();
      left.publish();
      left.run();
      session.last(true);
      left.lane.closed(0, Sample.NOW);
      place = session.places().get(Sample.CHANNEL);
      left.frames = 0;
      left.publish();
    }

    @Actor
    public void newLane() {
      next.subscribe(place);
      left.lane.forget(session);
      left.run();
    }

    @Actor
    public void publisher() {
      Sample.publish(broker);
    }

    @Arbiter
    public void afterwards(II_Result result) {
      next.run();
      result.r1 = left.frames;
      result.r2 = next.frames;
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
  private static final class Loop implements Lane.Wake, Outlet {
    private final MemoryBroker broker;
    private final Lane lane;
    private volatile boolean woken;
    private volatile int wakes;
    private int batch;
    private int frames;
    private long subscribedAt = -1;

    Loop() {
      this(Sample.broker());
    }

    Loop(MemoryBroker broker) {
      this.broker = broker;
      this.lane = new Lane(0, Sample.LIMITS, TestPorts.of(Sample.LIMITS, broker), this, this);
    }

    Session subscribe() {
      return subscribe(null);
    }

    Session subscribe(Position since) {
      Session session = lane.open(0, USER, FORM, "c", Sample.NOW);
      session.accept(
          new Command.Subscribe(
              null, Sample.CHANNEL, null, null, null, null, null, since, false, false),
          Sample.NOW);
      run();
      return session;
    }

    void publish() {
      Sample.publish(broker);
    }

    /** The turn that was asked for begins. */
    void turn() {
      woken = false;
      lane.turn(Sample.NOW);
    }

    /** Every turn that was asked for. */
    void run() {
      Sample.untilNothing(() -> woken, this::turn);
    }

    @Override
    public void wake() {
      wakes++;
      woken = true;
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
      return slot != NOBODY;
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
