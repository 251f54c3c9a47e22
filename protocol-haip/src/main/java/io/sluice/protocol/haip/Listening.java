package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;

/**
 * Owner: its conversation. Whether the line is read: not while too much of what came, over all
 * channels, is not handled.
 */
final class Listening {
  private final HaipLimits limits;
  private final HaipSteps steps;
  private final Pulse pulse;
  private HaipKept kept;
  private long bytes;
  private int messages;
  private boolean stopped;
  private long stoppedAt;

  Listening(HaipLimits limits, HaipSteps steps, Pulse pulse, HaipKept kept) {
    this.limits = limits;
    this.steps = steps;
    this.pulse = pulse;
    this.kept = kept;
  }

  /** From now on this is the session, on a line that is read. */
  void use(HaipKept session, Moment now) {
    kept = session;
    bytes = 0;
    messages = 0;
    stopped = false;
    for (HaipChannel channel : session.channels()) {
      if (channel.pressure != null) {
        bytes += channel.pressure.queuedBytes();
        messages += channel.pressure.queued();
      }
      if (channel.obeysUntil != HaipChannel.NEVER) {
        mayObey(channel, now);
      }
    }
  }

  /** The line is gone. What obeys may come over the next, of whom it was still awaited. */
  void cut(Moment now) {
    for (HaipChannel channel : kept.channels()) {
      if (!isObeyed(channel, now)) {
        channel.obeysUntil = HaipChannel.NEVER;
      }
    }
  }

  /** A message was admitted. */
  void received(int length) {
    bytes += length;
    messages++;
  }

  /** One is handled. */
  void handled(int length) {
    bytes -= length;
    messages--;
  }

  /** Whether so many times the bound is reached. */
  boolean isFull(int times) {
    return bytes >= (long) times * limits.pressure().unhandledBytes()
        || messages >= times * limits.pressure().unhandledMessages();
  }

  /** Stops reading, or goes on. */
  void watch(Moment now) {
    if (!stopped && !mustRead() && (isFull(1) || isDeep())) {
      stopped = true;
      stoppedAt = now.nanos();
      pulse.deafen(true, now);
      steps.stopReading();
    } else if (stopped && (mustRead() || (!isDeep() && isHalf()))) {
      listenAgain(now);
      stopped = false;
      pulse.deafen(false, now);
      steps.readOn();
    }
  }

  /** Whether a PAUSE that comes now may be the answer to our own pressure. */
  boolean isObeyed(HaipChannel channel, Moment now) {
    return channel.obeysUntil != HaipChannel.NEVER
        && channel.obeysUntil > (stopped ? stoppedAt : now.nanos());
  }

  /** What obeys may have lain in the socket all the while: its time begins now. */
  private void listenAgain(Moment now) {
    for (HaipChannel channel : kept.channels()) {
      if (isObeyed(channel, now)) {
        mayObey(channel, now);
      }
    }
  }

  /** A PAUSE counts as the answer to our own pressure for a while. */
  void mayObey(HaipChannel channel, Moment now) {
    channel.obeysUntil = now.nanos() + limits.heartbeat().answer().toNanos();
  }

  /**
   * Whether the line may bring what those wait for who are to handle it: a pause that ends, or
   * credit. Then what is too much is refused instead, and credit bounds it.
   */
  private boolean mustRead() {
    if (kept.dialect == HaipDialect.OFFICIAL) {
      return true;
    }
    for (HaipChannel channel : kept.channels()) {
      if (channel.pausedByPeer || channel.metered || channel.queuedBytes > 0) {
        return true;
      }
    }
    return false;
  }

  private boolean isDeep() {
    for (HaipChannel channel : kept.channels()) {
      if (channel.receive != null && channel.receive.isDeep()) {
        return true;
      }
    }
    return false;
  }

  private boolean isHalf() {
    return bytes <= limits.pressure().unhandledBytes() / 2
        && messages <= limits.pressure().unhandledMessages() / 2;
  }
}
