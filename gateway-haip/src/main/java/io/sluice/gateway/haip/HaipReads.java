package io.sluice.gateway.haip;

import io.sluice.core.Balance;
import io.sluice.core.Session;
import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import io.sluice.protocol.haip.Hai;
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
  private final @Nullable Balance initial;

  /** Whether the peer goes on in its conversation, and does not begin one. */
  private final boolean resumes;

  /** Made when the first channel is spoken of. */
  private Map<String, Reading> readings = Map.of();

  private int awaited;

  /** One channel. */
  private static final class Reading {
    boolean subscribed;

    /** Whether the core has answered that. */
    boolean stands;

    boolean paused;

    /** What was granted before it was subscribed; null if it is not metered. */
    @Nullable Balance credit;

    /** The epoch of its log, as far as it is known. */
    @Nullable String epoch;
  }

  HaipReads(Session session, SessionChannels channels, HaipHello hello) {
    this.session = session;
    this.channels = channels;
    this.resumes = hello.resumes();
    this.initial =
        hello.dialect() == HaipDialect.OFFICIAL && hello.peer().official() != null
            ? balance(hello.peer().official())
            : null;
  }

  private static Balance balance(Hai.Official announced) {
    return new Balance(announced.messages(), announced.bytes(), announced.bytes());
  }

  private Reading reading(String channel) {
    readings = readings.isEmpty() ? new HashMap<>(4) : readings;
    return readings.computeIfAbsent(
        channel,
        name -> {
          Reading reading = new Reading();
          reading.credit = initial;
          return reading;
        });
  }

  /**
   * Goes on from a predecessor: with the epochs of what it may say again, and with its credit if
   * the conversation goes on. One that begins has what the peer announces: what was left before is
   * nothing that the peer still counts.
   */
  void goOnFrom(Map<Subject, Position> places, Map<String, Balance> balances) {
    if (resumes) {
      balances.forEach((channel, balance) -> reading(channel).credit = balance);
    }
    places.forEach(
        (subject, place) -> {
          if (subject instanceof ChannelName channel) {
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
  }

  /** Opened with all the credit it ever had: what is gone of it is spent when it stands. */
  private void subscribe(String channel, @Nullable Balance balance, Position since, Moment now) {
    Credit credit = balance == null ? null : new Credit(clip(balance.messages()), balance.window());
    session.accept(
        new Command.Subscribe(
            ASKED, channels.onHub(channel), null, credit, null, null, null, since, false, false),
        now);
  }

  private static long clip(long credit) {
    return Math.clamp(credit, 0, Credit.MAX);
  }

  /** A subscription stands; whether it was the last that was awaited. */
  boolean subscribed(Event.Subscribed event, Moment now) {
    if (event.subject() instanceof ChannelName channel) {
      Reading reading = reading(channels.nameIn(channel));
      reading.epoch = event.position().epoch();
      stands(channel, reading, now);
    }
    return --awaited == 0;
  }

  /**
   * Before anything is read there. Not sooner, or these might wait for the log with the rest, and
   * of those only so many may.
   */
  private void stands(ChannelName channel, Reading reading, Moment now) {
    reading.stands = true;
    Balance left = reading.credit;
    if (left != null && left.bytes() < left.window()) {
      long spent = left.window() - left.bytes();
      session.accept(new Command.Spend(null, channel, 0, spent), now);
    }
    if (reading.paused) {
      session.accept(new Command.Pause(null, channel, true), now);
    }
  }

  /** A subscription was refused: its channel is not read; whether it was the last awaited. */
  boolean refused() {
    return --awaited == 0;
  }

  /** Whether nothing is awaited. */
  boolean isSettled() {
    return awaited == 0;
  }

  /** Several are opened from here on, and none of them is the last. */
  void beginAsking() {
    awaited++;
  }

  /** All have been asked for; whether all stand. */
  boolean endAsking() {
    return --awaited == 0;
  }

  void grant(String channel, long messages, long units, Moment now) {
    Reading reading = reading(channel);
    if (reading.subscribed) {
      Credit more = new Credit(clip(messages), clip(units));
      session.accept(new Command.Grant(null, channels.onHub(channel), more, true), now);
    } else {
      reading.credit = sum(reading.credit, messages, units);
    }
  }

  private static Balance sum(@Nullable Balance before, long messages, long units) {
    if (before == null) {
      return new Balance(clip(messages), clip(units), clip(units));
    }
    long bytes = Math.min(Credit.MAX, before.bytes() + clip(units));
    return new Balance(
        Math.min(Credit.MAX, before.messages() + clip(messages)),
        bytes,
        Math.max(before.window(), bytes));
  }

  /** What is left of the credit of each channel that is metered. */
  Map<String, Balance> balances() {
    Map<String, Balance> balances = new HashMap<>();
    readings.forEach(
        (channel, reading) -> {
          // What is asked for and not answered has what it was asked for with.
          if (reading.credit != null) {
            balances.put(channel, reading.credit);
          }
        });
    session
        .balances()
        .forEach(
            (subject, balance) -> {
              if (subject instanceof ChannelName channel) {
                balances.put(channels.nameIn(channel), balance);
              }
            });
    return balances;
  }

  void pause(String channel, boolean paused, Moment now) {
    Reading reading = reading(channel);
    reading.paused = paused;
    if (reading.stands) {
      session.accept(new Command.Pause(null, channels.onHub(channel), paused), now);
    }
  }
}
