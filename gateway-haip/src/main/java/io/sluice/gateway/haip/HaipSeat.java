package io.sluice.gateway.haip;

import io.sluice.core.Lane;
import io.sluice.core.Session;
import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import io.sluice.protocol.haip.HaipKept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line's place in a session, from the session's beginning on: the core's part, what is read,
 * and whose place was taken. Owned by its dialog.
 */
final class HaipSeat {
  final SessionChannels channels;
  final Session session;
  final HaipForm form;
  final HaipReads reads;

  /** Whether an agent of the house listens, and says what is handled. */
  final boolean heard;

  /** Channels whose reading has not begun. */
  private Set<String> unread;

  /** From where on they are to be read; those that are not named, from their beginning. */
  private final Map<Subject, Position> begins;

  /** Where the peer has spoken: who listens need not be told again. */
  private final Set<String> spoken = new HashSet<>(2);

  /** Places in their logs, until they are read. */
  private List<Reserved> reserved;

  /** Whose place this takes, until all its channels are read here. */
  private @Nullable Predecessor before;

  private boolean reading;

  HaipSeat(
      SessionChannels channels,
      Session session,
      HaipForm form,
      HaipReads reads,
      HaipSessions.Entry.In entry) {
    this.channels = channels;
    this.session = session;
    this.form = form;
    this.reads = reads;
    this.heard = entry.heard();
    this.before = entry.left();
    this.unread = entry.channels();
    this.begins = entry.places();
    this.reserved = entry.reserved();
    if (before != null) {
      reads.goOnFrom(before.places(), before.balances());
    }
  }

  /** What the session calls a channel of its own. */
  String nameOf(Subject subject) {
    return subject instanceof ChannelName channel ? channels.nameIn(channel) : subject.value();
  }

  /** Whether these are the peer's first words there over this line, for somebody who listens. */
  boolean beginsToSpeak(String channel) {
    return heard && spoken.add(channel);
  }

  /** Whether its channels are read, now or as soon as the hub has answered. */
  boolean isReading() {
    return reading;
  }

  /** Reads its channels, each from its place on. */
  void read(Moment now) {
    reading = true;
    // Some are answered while others have not been asked for: nothing is settled before all have.
    reads.beginAsking();
    for (String channel : unread) {
      reads.open(channel, begins.get(channels.onHub(channel)), now);
    }
    unread = Set.of();
    if (reads.endAsking()) {
      settle(now);
    }
  }

  /** A channel has begun to be, which may be read already: all that is on it is read. */
  void readFromBeginning(String channel, Reserved place, Moment now) {
    reserved = with(reserved, place);
    if (reading) {
      reads.open(channel, null, now);
      if (reads.isSettled()) {
        settle(now);
      }
    } else if (!unread.contains(channel)) {
      unread = with(unread, channel);
    }
  }

  /** A session has few channels, and most of the time none of these: so they are copied. */
  private static List<Reserved> with(List<Reserved> all, Reserved more) {
    List<Reserved> sum = new ArrayList<>(all);
    sum.add(more);
    return List.copyOf(sum);
  }

  private static Set<String> with(Set<String> all, String more) {
    Set<String> sum = new HashSet<>(all);
    sum.add(more);
    return Set.copyOf(sum);
  }

  /** All is read here, or will not be: nobody else need hold the writers for it. */
  void settle(Moment now) {
    Predecessor left = before;
    before = null;
    if (left != null) {
      left.forget(now);
    }
    reserved.forEach(place -> place.give(now));
    reserved = List.of();
  }

  /** How much of each channel that is read has not been looked at, by its name in the session. */
  Map<String, Long> behind() {
    Map<String, Long> behind = new HashMap<>();
    session.behind().forEach((subject, count) -> behind.put(nameOf(subject), count));
    return behind;
  }

  /**
   * Hands on all that the next goes on from. What holds the writers where this has not come to read
   * goes with it: those whose place it has not taken everywhere, and the places in logs.
   */
  Predecessor handOn(HaipKept kept, Lane lane) {
    Predecessor former = before;
    Set<Subject> stands = Set.copyOf(session.places().keySet());
    Predecessor left =
        new Predecessor(
            kept,
            Predecessor.join(
                former == null ? List.of() : former.stands(),
                new Predecessor.Stand(lane, session, stands)),
            places(),
            reads.balances(),
            former == null ? List.of() : former.reserved());
    left = left.with(reserved);
    before = null;
    reserved = List.of();
    return left;
  }

  /** Up to where each channel has been read, here or before. */
  Map<Subject, Position> places() {
    Map<Subject, Position> places = new HashMap<>(begins);
    places.putAll(session.places());
    return places;
  }
}
