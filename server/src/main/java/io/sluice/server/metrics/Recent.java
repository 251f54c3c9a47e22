package io.sluice.server.metrics;

import io.sluice.model.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * How things went in the last minute, told from sums that only rise: what is asked for now is
 * compared with what was noted then. Owner: any thread; guarded by its own lock, once a second and
 * once for each who asks.
 */
public final class Recent {
  /** What is older does not count. */
  static final Duration SPAN = Duration.ofMinutes(1);

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Duration STEP = Duration.ofSeconds(1);

  private final Supplier<Sums> source;
  private final ArrayDeque<Noted> notes = new ArrayDeque<>();

  /**
   * What is added up since the server started.
   *
   * @param messages received from peers
   * @param errors told to them
   * @param handled messages of HAIP that somebody is done with
   * @param handledNanos how long that took for all of them
   */
  public record Sums(long messages, long errors, long handled, long handledNanos) {}

  /**
   * The last minute, or what there is of it.
   *
   * @param messagesPerSecond received
   * @param latencyMillis from receipt to handled, of one message; 0 if none was handled
   * @param errorsPerMessage told, for each message received; 0 if none came
   */
  public record Rates(double messagesPerSecond, double latencyMillis, double errorsPerMessage) {}

  private record Noted(long nanos, Sums sums) {}

  /** Begins now. */
  public Recent(Supplier<Sums> source, Moment now) {
    this.source = source;
    notes.add(new Noted(now.nanos(), source.get()));
  }

  /** Notes how things stand, once a second; to be called more often. */
  public synchronized void tick(Moment now) {
    if (now.nanos() - notes.getLast().nanos() < STEP.toNanos()) {
      return;
    }
    notes.add(new Noted(now.nanos(), source.get()));
    while (now.nanos() - notes.getFirst().nanos() > SPAN.toNanos()) {
      notes.removeFirst();
    }
  }

  /** How things went. */
  public synchronized Rates rates(Moment now) {
    Noted then = notes.getFirst();
    Sums since = then.sums();
    Sums sums = source.get();
    double messages = sums.messages() - since.messages();
    double errors = sums.errors() - since.errors();
    double handled = sums.handled() - since.handled();
    double seconds = (now.nanos() - then.nanos()) / NANOS_PER_SECOND;
    double millis = (sums.handledNanos() - since.handledNanos()) / NANOS_PER_MILLI;
    return new Rates(per(messages, seconds), per(millis, handled), per(errors, messages));
  }

  private static double per(double amount, double of) {
    return of > 0 ? amount / of : 0;
  }
}
