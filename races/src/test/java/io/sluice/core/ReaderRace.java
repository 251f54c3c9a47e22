package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.log.Signal;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import io.sluice.races.Sample;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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

  /**
   * Whoever hears of a log begins to read it at its beginning, while two threads publish, each of
   * which may be the one that made it. First is how many publications it was told, second how often
   * it heard of the log beyond the first time, and what else was wrong.
   */
  @JCStressTest
  @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "heard of once, and nothing missed")
  @Outcome(expect = Expect.FORBIDDEN, desc = "not heard of or twice, or something is missed")
  @State
  public static class HearOrPublish {
    private final Desk desk = new Desk(true);

    @Actor
    public void publisher() {
      desk.publish();
    }

    @Actor
    public void other() {
      desk.publish();
    }

    @Arbiter
    public void afterwards(II_Result result) {
      desk.run();
      result.r1 = desk.told;
      result.r2 = desk.doubled;
    }
  }

  /** The broker answers while another thread closes. It is how many logs are left afterwards. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nobody reads the log, and it is removed")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the log was not given back")
  @State
  public static class AnswerOrClose {
    private final Desk desk = new Desk();

    public AnswerOrClose() {
      desk.late = true;
      desk.open();
    }

    @Actor
    public void broker() {
      desk.answer.run();
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
  private static final class Desk implements Executor, Reader.Handler {
    private final MemoryBroker broker;
    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger queued = new AtomicInteger();
    private volatile Runnable work;
    private volatile Reader reader;
    private volatile boolean room = true;
    private volatile int doubled;
    private boolean late;
    private Runnable answer;
    private int told;

    Desk() {
      this(false);
    }

    /** Which opens its reader when it hears of the log, if it is to. */
    Desk(boolean hears) {
      broker = hears ? Sample.broker((channel, hold, now) -> hear()) : Sample.broker();
    }

    private void hear() {
      if (heard.incrementAndGet() > 1) {
        doubled++;
      } else {
        open();
      }
    }

    /** The broker, or one that answers when it is told to. */
    private Broker front() {
      return late ? new Late(broker, asked -> answer = asked) : broker;
    }

    void open() {
      reader = Reader.open(front(), Sample.CHANNEL, Reader.OLDEST, 1, this, this, Sample.NOW);
      if (work == null) {
        work = reader;
      }
    }

    void publish() {
      Sample.publish(broker);
    }

    /** What is in the executor runs; only then may the reader be put in again. */
    void step() {
      queued.decrementAndGet();
      work.run();
    }

    /** All of it. */
    void run() {
      Sample.untilNothing(() -> queued.get() > 0, this::step);
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
  }

  /** Opens when it is told to. */
  private record Late(Broker inner, Consumer<Runnable> ask) implements Broker {
    @Override
    public void publish(Draft draft, Moment now, Receipt receipt) {
      inner.publish(draft, now, receipt);
    }

    @Override
    public void open(Subject subject, Signal signal, Moment now, Opening opening) {
      ask.accept(() -> inner.open(subject, signal, now, opening));
    }

    @Override
    public void tick(Moment now) {
      inner.tick(now);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
