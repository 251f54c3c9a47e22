package io.sluice.core.log;

import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.util.Random;

/**
 * A broker in front of another that works and answers later, as one behind a network does, and now
 * and then not at all. For one channel publications are appended, and answered, in the order of the
 * calls; everything else may come in any order. Any thread.
 */
public final class DeferredBroker implements Broker {
  private final Broker inner;
  private final Later later;
  private final Random random;
  private final int failPercent;

  private record Publishes(ChannelName channel) {}

  private record Receipts(ChannelName channel) {}

  private record Opens(Signal signal) {}

  /**
   * A broker that sometimes fails.
   *
   * @param seed decides which calls fail
   * @param failPercent so many of a hundred calls
   */
  public DeferredBroker(Broker inner, Later later, long seed, int failPercent) {
    this.inner = inner;
    this.later = later;
    this.random = new Random(seed);
    this.failPercent = failPercent;
  }

  /** A broker that always answers. */
  public DeferredBroker(Broker inner, Later later) {
    this(inner, later, 0, 0);
  }

  private boolean fails() {
    return failPercent > 0 && random.nextInt(100) < failPercent;
  }

  private static Fault unavailable() {
    return new Fault(Code.BROKER_UNAVAILABLE, "The broker cannot be reached");
  }

  @Override
  public void publish(Draft draft, Moment now, Receipt receipt) {
    later.run(new Publishes(draft.channel()), () -> append(draft, now, receipt));
  }

  private void append(Draft draft, Moment now, Receipt receipt) {
    Receipts order = new Receipts(draft.channel());
    if (fails()) {
      later.run(order, () -> receipt.failed(unavailable()));
      return;
    }
    inner.publish(
        draft,
        now,
        new Receipt() {
          @Override
          public void appended(Position position) {
            later.run(order, () -> receipt.appended(position));
          }

          @Override
          public void failed(Fault fault) {
            later.run(order, () -> receipt.failed(fault));
          }

          @Override
          public void held(int readers, long bytes) {
            later.run(order, () -> receipt.held(readers, bytes));
          }

          @Override
          public Writer writer() {
            return receipt.writer();
          }
        });
  }

  @Override
  public void open(Subject subject, Signal signal, Moment now, Opening opening) {
    Opens order = new Opens(signal);
    later.run(order, () -> join(subject, signal, now, opening, order));
  }

  private void join(Subject subject, Signal signal, Moment now, Opening opening, Opens order) {
    if (fails()) {
      later.run(order, () -> opening.failed(unavailable()));
      return;
    }
    inner.open(
        subject,
        signal,
        now,
        new Opening() {
          @Override
          public void opened(Log log, long head) {
            later.run(order, () -> opening.opened(log, head));
          }

          @Override
          public void failed(Fault fault) {
            later.run(order, () -> opening.failed(fault));
          }
        });
  }

  @Override
  public void tick(Moment now) {
    inner.tick(now);
  }

  @Override
  public void close() {
    inner.close();
    later.close();
  }
}
