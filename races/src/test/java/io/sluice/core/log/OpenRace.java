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
 * The first order: a reader joins its signal, then reads the head; a publisher writes the head,
 * then reads the signals. First is the head the reader was given, second how often its signal was
 * raised.
 */
public class OpenRace {
  private OpenRace() {}

  /** The channel has one publication; another is appended while a reader opens it. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "not in the head, but signalled")
  @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "in the head")
  @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "in the head, and signalled beside")
  @Outcome(expect = Expect.FORBIDDEN, desc = "missing from the head and unsignalled, or wrong")
  @State
  public static class OpenOrPublish extends Reader {
    public OpenOrPublish() {
      publish();
    }

    @Actor
    public void reader() {
      open();
    }

    @Actor
    public void publisher() {
      publish();
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r1 = head;
      result.r2 = raised;
    }
  }

  /** Nobody has used the channel: reader and publisher both find no log. */
  @JCStressTest
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "not in the head, but signalled")
  @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "in the head")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "in the head, and signalled beside")
  @Outcome(expect = Expect.FORBIDDEN, desc = "missing from the head and unsignalled, or wrong")
  @State
  public static class CreateOrPublish extends Reader {
    @Actor
    public void reader() {
      open();
    }

    @Actor
    public void publisher() {
      publish();
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      result.r1 = head;
      result.r2 = raised;
    }
  }

  /**
   * The sweep finds a channel unused for as long as its publications live, while somebody
   * publishes. First is the offset the publisher was given, second the head that is found
   * afterwards with that publication in the log.
   */
  @JCStressTest
  @Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "numbering goes on, and it is there")
  @Outcome(expect = Expect.FORBIDDEN, desc = "acknowledged into a log that is gone")
  @State
  public static class RemoveOrPublish extends Reader {
    private volatile long given;

    public RemoveOrPublish() {
      publish();
    }

    @Actor
    public void sweep() {
      broker.tick(Sample.LATER);
    }

    @Actor
    public void publisher() {
      broker.publish(
          Sample.DRAFT,
          Sample.LATER,
          new Broker.Receipt() {
            @Override
            public void appended(Position position) {
              given = position.offset();
            }

            @Override
            public void failed(Fault fault) {
              given = -1;
            }
          });
    }

    @Arbiter
    public void afterwards(JJ_Result result) {
      open();
      result.r1 = given;
      result.r2 = log != null && log.entry(head) != null ? head : -1;
    }
  }

  /** A reader that notes what it is told. */
  abstract static class Reader implements Signal, Broker.Opening, Broker.Receipt {
    final MemoryBroker broker = Sample.broker();
    volatile long head = -1;
    volatile long raised;
    volatile Log log;

    void open() {
      broker.open(Sample.CHANNEL, this, Sample.LATER, this);
    }

    void publish() {
      broker.publish(Sample.DRAFT, Sample.NOW, this);
    }

    @Override
    public void raise() {
      raised = 1;
    }

    @Override
    public void opened(Log opened, long at) {
      log = opened;
      head = at;
    }

    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {}
  }
}
