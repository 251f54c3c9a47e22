package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.Fault;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.races.Sample;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A reader in the process reads while others publish, ask it to go on, and close it. */
public class ReaderRace {
  private ReaderRace() {}

  /**
   * The reader runs while another thread publishes; afterwards it runs as often as it was asked to.
   * First is how many publications it was told, second how often it stood in the executor twice.
   */
  @JCStressTest
  @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both, in this step or the next")
  @Outcome(expect = Expect.FORBIDDEN, desc = "one is lost or told twice, or two run at once")
  @State
  public static class ReadOrPublish {
    private final Desk desk = new Desk();

    public ReadOrPublish() {
      desk.open();
      desk.publish();
    }

    @Actor
    public void reader() {
      desk.step();
    }

    @Actor
    public void publisher() {
      desk.publish();
    }

    @Arbiter
    public void afterwards(II_Result result) {
      desk.run();
      result.r1 = desk.told;
      result.r2 = desk.doubled;
    }
  }

  /** The same while the log is opened. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "told once")
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, told twice, or two run at once")
  @State
  public static class OpenOrPublish {
    private final Desk desk = new Desk();

    @Actor
    public void reader() {
      desk.open();
    }

    @Actor
    public void publisher() {
      desk.publish();
    }

    @Arbiter
    public void afterwards(II_Result result) {
      desk.run();
      result.r1 = desk.told;
      result.r2 = desk.doubled;
    }
  }

  /** Its handler refuses a publication while another thread makes room and says so. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "taken at once, or given again")
  @Outcome(expect = Expect.FORBIDDEN, desc = "it lies there though there is room")
  @State
  public static class RefuseOrGoOn {
    private final Desk desk = new Desk();

    public RefuseOrGoOn() {
      desk.room = false;
      desk.open();
      desk.publish();
    }

    @Actor
    public void reader() {
      desk.step();
    }

    @Actor
    public void other() {
      desk.room = true;
      desk.reader.goOn();
    }

    @Arbiter
    public void afterwards(II_Result result) {
      desk.run();
      result.r1 = desk.told;
      result.r2 = desk.doubled;
    }
  }

  /** It reads while another thread closes it. It is how many logs are left afterwards. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nobody reads the log, and it is removed")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the log was not given back")
  @State
  public static class ReadOrClose {
    private final Desk desk = new Desk();

    public ReadOrClose() {
      desk.open();
      desk.publish();
    }

    @Actor
    public void reader() {
      desk.step();
    }

    @Actor
    public void other() {
      desk.reader.close(Sample.NOW);
    }

    @Arbiter
    public void afterwards(I_Result result) {
      desk.broker.tick(Sample.LATER);
      result.r1 = desk.broker.channels();
    }
  }

  /** An executor in little, and what the reader is told there. */
  private static final class Desk implements Executor, Reader.Handler, Broker.Receipt {
    private final MemoryBroker broker = Sample.broker();
    private final AtomicInteger queued = new AtomicInteger();
    private volatile Runnable work;
    private volatile Reader reader;
    private volatile boolean room = true;
    private volatile int doubled;
    private int told;

    void open() {
      reader = Reader.open(broker, Sample.CHANNEL, Reader.OLDEST, 1, this, this, Sample.NOW);
      if (work == null) {
        work = reader;
      }
    }

    void publish() {
      broker.publish(Sample.DRAFT, Sample.NOW, this);
    }

    /** What is in the executor runs; only then may the reader be put in again. */
    void step() {
      queued.decrementAndGet();
      work.run();
    }

    /** All of it; bounded, so that a reader that asks for ever ends too. */
    void run() {
      for (int steps = 0; queued.get() > 0 && steps < 100; steps++) {
        step();
      }
    }

    @Override
    public void execute(Runnable command) {
      work = command;
      if (queued.incrementAndGet() > 1) {
        doubled++;
      }
    }

    @Override
    public boolean publication(Publication publication) {
      if (!room) {
        return false;
      }
      told++;
      return true;
    }

    @Override
    public void gap(long first, long last) {
      doubled++;
    }

    @Override
    public void failed(Fault fault) {
      doubled++;
    }

    @Override
    public void appended(Position position) {}
  }
}
