package io.sluice.core.log;

import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import io.sluice.races.Sample;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Two logs, one append: a channel's and its feed's. */
public class FeedRace {
  private FeedRace() {}

  /** Two publish to one channel. The numbers are the channel's, in the order of the feed. */
  @JCStressTest
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "the channel's order")
  @Outcome(expect = Expect.FORBIDDEN, desc = "another order, or not both")
  @State
  public static class OneChannel extends Fed {
    @Actor
    public void one() {
      publish(Sample.DRAFT);
    }

    @Actor
    public void other() {
      publish(Sample.DRAFT);
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r1 = numberInChannel(1);
      result.r2 = numberInChannel(2);
    }
  }

  /**
   * Two publish to two channels, of which neither had a log, nor had the feed. Third is the feed's
   * head.
   */
  @JCStressTest
  @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "one feed for both")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a feed each, or one number for two")
  @State
  public static class TwoChannels extends Fed {
    @Actor
    public void one() {
      publish(Sample.DRAFT);
    }

    @Actor
    public void other() {
      publish(ELSEWHERE);
    }

    @Arbiter
    public void afterwards(JJJ_Result result) {
      result.r1 = numberInChannel(1);
      result.r2 = numberInChannel(2);
      result.r3 = open(Sample.FEED).head();
    }
  }

  /**
   * The sweep finds the channel and its feed unused for as long as their publications live, while
   * somebody publishes. First is the offset that was given, second the feed's head with that
   * publication in it.
   */
  @JCStressTest
  @Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "both go on, and it is in both")
  @Outcome(expect = Expect.FORBIDDEN, desc = "appended to a feed that is gone")
  @State
  public static class RemoveOrPublish extends Fed {
    public RemoveOrPublish() {
      publish(Sample.DRAFT);
    }

    @Actor
    public void sweep() {
      broker.tick(Sample.LATER);
    }

    @Actor
    public void publisher() {
      publishLater();
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r1 = given;
      Log feed = open(Sample.FEED);
      result.r2 = feed.entry(feed.head()) == null ? -1 : feed.head();
    }
  }

  /** A broker with a feed, and what is found in it. */
  abstract static class Fed implements Broker.Receipt {
    static final Draft ELSEWHERE =
        new Draft(
            new ChannelName("elsewhere"),
            Draft.Kind.MESSAGE,
            null,
            Sample.DRAFT.payload(),
            null,
            null);

    final MemoryBroker broker = Sample.fedBroker();
    volatile long given;

    void publish(Draft draft) {
      broker.publish(draft, Sample.NOW, this);
    }

    void publishLater() {
      broker.publish(Sample.DRAFT, Sample.LATER, this);
    }

    /** What the feed has under a number, by its number in its channel. */
    long numberInChannel(long offset) {
      Entry entry = open(Sample.FEED).entry(offset);
      Publication.Origin origin = entry == null ? null : entry.publication().origin();
      return origin == null ? -1 : origin.channel().offset();
    }

    Log open(Subject subject) {
      Log[] opened = new Log[1];
      broker.open(
          subject,
          () -> {},
          Sample.LATER,
          new Broker.Opening() {
            @Override
            public void opened(Log log, long head) {
              opened[0] = log;
            }

            @Override
            public void failed(Fault fault) {
              throw new IllegalStateException(fault.message());
            }
          });
      return opened[0];
    }

    @Override
    public void appended(Position position) {
      given = position.offset();
    }

    @Override
    public void failed(Fault fault) {
      given = -1;
    }
  }
}
