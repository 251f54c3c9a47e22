package io.sluice.gateway.haip;

import io.sluice.core.Session;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import io.sluice.protocol.haip.HaipDialect;
import io.sluice.protocol.haip.HaipHello;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session reads of its channels: a subscription for each that has a log, with the credit and
 * the pauses of the peer, who may speak of channels before there is anything on them. Owned by its
 * dialog.
 */
final class HaipReads {
  /** Older than anything: from the first publication on. */
  private static final Position BEGINNING = new Position("-", 0);

  /** Names our own subscriptions among the answers of the session. */
  static final RequestId ASKED = new RequestId("\"read\"");

  private final Session session;
  private final SessionChannels channels;
  private final @Nullable Credit initial;
  private final Map<String, Reading> readings = new HashMap<>(4);
  private int awaited;

  /** One channel. */
  private static final class Reading {
    boolean subscribed;
    boolean paused;

    /** What was granted before it was subscribed; null if it is not metered. */
    @Nullable Credit credit;

    /** The epoch of its log, as far as it is known. */
    @Nullable String epoch;
  }

  HaipReads(Session session, SessionChannels channels, HaipHello hello) {
    this.session = session;
    this.channels = channels;
    this.initial =
        hello.dialect() == HaipDialect.OFFICIAL && hello.peer().official() != null
            ? new Credit(hello.peer().official().messages(), hello.peer().official().bytes())
            : null;
  }

  private Reading reading(String channel) {
    return readings.computeIfAbsent(
        channel,
        name -> {
          Reading reading = new Reading();
          reading.credit = initial;
          return reading;
        });
  }

  /** What a predecessor knew of the epochs, for what it is asked to say again. */
  void know(Map<Subject, Position> places) {
    places.forEach(
        (subject, place) -> {
          if (subject instanceof io.sluice.model.ChannelName channel) {
            reading(channels.nameIn(channel)).epoch = place.epoch();
          }
        });
  }

  /** The epoch of a channel's log; null if nothing was ever read there. */
  @Nullable String epoch(String channel) {
    Reading reading = readings.get(channel);
    return reading == null ? null : reading.epoch;
  }

  /**
   * Reads a channel.
   *
   * @param since behind this; null from the beginning
   */
  void open(String channel, @Nullable Position since, Moment now) {
    Reading reading = reading(channel);
    if (reading.subscribed) {
      return;
    }
    reading.subscribed = true;
    awaited++;
    subscribe(channel, reading.credit, since == null ? BEGINNING : since, now);
    if (reading.paused) {
      session.accept(new Command.Pause(null, channels.onHub(channel), true), now);
    }
  }

  /** Reads what comes from now on: what there is, is not for it. */
  void openAtHead(String channel, Moment now) {
    Reading reading = reading(channel);
    reading.subscribed = true;
    awaited++;
    subscribe(channel, reading.credit, null, now);
  }

  private void subscribe(
      String channel, @Nullable Credit credit, @Nullable Position since, Moment now) {
    session.accept(
        new Command.Subscribe(
            ASKED, channels.onHub(channel), null, credit, null, null, null, since, false, false),
        now);
  }

  /** A subscription stands; whether it was the last that was awaited. */
  boolean subscribed(Event.Subscribed event) {
    if (event.subject() instanceof io.sluice.model.ChannelName channel) {
      reading(channels.nameIn(channel)).epoch = event.position().epoch();
    }
    return --awaited == 0;
  }

  /** A subscription was refused: its channel is not read; whether it was the last awaited. */
  boolean refused() {
    return --awaited == 0;
  }

  /** Whether subscriptions are on their way. */
  boolean isAwaiting() {
    return awaited > 0;
  }

  void grant(String channel, long messages, long units, Moment now) {
    Reading reading = reading(channel);
    Credit more = new Credit(Math.min(messages, Credit.MAX), Math.min(units, Credit.MAX));
    if (reading.subscribed) {
      session.accept(new Command.Grant(null, channels.onHub(channel), more, true), now);
    } else {
      Credit before = reading.credit;
      reading.credit = before == null ? more : sum(before, more);
    }
  }

  private static Credit sum(Credit one, Credit other) {
    return new Credit(
        Math.min(Credit.MAX, one.messages() + other.messages()),
        Math.min(Credit.MAX, one.bytes() + other.bytes()));
  }

  void pause(String channel, boolean paused, Moment now) {
    Reading reading = reading(channel);
    reading.paused = paused;
    if (reading.subscribed) {
      session.accept(new Command.Pause(null, channels.onHub(channel), paused), now);
    }
  }
}
