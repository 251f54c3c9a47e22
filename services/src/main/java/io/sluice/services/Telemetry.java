package io.sluice.services;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The server's own two lines on the channel {@code telemetry}, at a steady pace. Owned by one
 * thread, which says what time it is.
 *
 * <pre>{@code
 * {"metric":"system_health","value":97.5}
 * {"agent_id":"sluice","cpu_usage":2.5}
 * }</pre>
 *
 * Each has a key, what it is the figure of, so that a subscriber who is late gets the newest of
 * both: {@value #HEALTH} and {@value #AGENT}. They are published whether or not anybody is
 * subscribed: two short lines cost less than to keep count of who could read them, and who comes
 * later finds the last ones in the log.
 */
public final class Telemetry {
  /** Where they are published. */
  public static final ChannelName CHANNEL = new ChannelName("telemetry");

  /** Whose {@code cpu_usage} it is. */
  public static final String AGENT = "sluice";

  /** The {@code metric} of what is left of what is scarcest. */
  static final String HEALTH = "system_health";

  private final Broker broker;
  private final Gauges gauges;
  private final long everyNanos;
  private @Nullable Moment last;

  /** What is measured. */
  public interface Gauges {
    /** The share of the machine's processors that this process uses, 0 to 1. */
    double processors();

    /** The share in use of what is scarcest, 0 to 1: processors, memory, room in the logs. */
    double pressure();
  }

  /**
   * Telemetry that has said nothing yet.
   *
   * @param every the time from one pair of lines to the next
   */
  public Telemetry(Broker broker, Gauges gauges, Duration every) {
    this.broker = broker;
    this.gauges = gauges;
    this.everyNanos = every.toNanos();
  }

  /**
   * Speaks if it is time to; to be called more often than that. The first call begins the first
   * interval; what was missed, as by a machine that slept, is not made up for.
   */
  public void tick(Moment now) {
    Moment before = last;
    if (before == null) {
      last = now;
    } else if (now.nanos() - before.nanos() >= everyNanos) {
      last = next(before, now);
      double health = 100 * (1 - share(gauges.pressure()));
      publish(HEALTH, new Reading("metric", HEALTH, "value", health), now);
      double usage = 100 * share(gauges.processors());
      publish(AGENT, new Reading("agent_id", AGENT, "cpu_usage", usage), now);
    }
  }

  /** One interval after the last time, so that the pace does not drift; now, if that is past. */
  private Moment next(Moment before, Moment now) {
    Moment due = new Moment(before.nanos() + everyNanos, now.epochMillis());
    return now.nanos() - due.nanos() < everyNanos ? due : now;
  }

  /** A gauge that cannot tell says nothing, or less than nothing. */
  private static double share(double measured) {
    return Double.isNaN(measured) ? 0 : Math.clamp(measured, 0, 1);
  }

  private void publish(String key, Payload payload, Moment now) {
    Draft draft = new Draft(CHANNEL, Draft.Kind.BROADCAST, null, payload, key, null);
    broker.publish(draft, now, Unheeded.RECEIPT);
  }

  /** The next line says more than a repetition of this one would. */
  private enum Unheeded implements Broker.Receipt {
    RECEIPT;

    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {}
  }
}
