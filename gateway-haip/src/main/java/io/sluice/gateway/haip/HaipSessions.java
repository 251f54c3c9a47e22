package io.sluice.gateway.haip;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Hold;
import io.sluice.model.ChannelName;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which session is where: with a line, on its way from one to another, or kept without one. Guarded
 * by its own lock, which nobody holds while calling out; asked once per connection and once per
 * channel that comes into being.
 */
final class HaipSessions {
  private final HaipLimits.Resume limits;
  private final HaipAgents agents;
  private final Broker broker;
  private final Map<String, Place> places = new HashMap<>();

  /** Those without a line, in the order in which they lost it. */
  private final LinkedHashMap<String, Place> waiting = new LinkedHashMap<>();

  private final FormerChannels former;

  /** Responses that go on before anything was said in their sessions, by the session's name. */
  private final Map<String, HaipDialog> expecting = new HashMap<>();

  /** One session. Guarded by the lock. */
  private static final class Place {
    final String name;
    final String user;

    /** The channels that are known to have logs, by their names in the session. */
    final Set<String> channels = new HashSet<>(2);

    /** Places in logs that came while nobody was there to read them. */
    final List<Reserved> reserved = new ArrayList<>(0);

    boolean heard;
    @Nullable HaipDialog dialog;
    @Nullable Predecessor left;
    long leftNanos;

    Place(String name, String user) {
      this.name = name;
      this.user = user;
    }
  }

  /** What becomes of somebody who wants in. */
  sealed interface Entry {
    /**
     * It is in.
     *
     * @param name what the session is called
     * @param channels those that have logs
     * @param left what it goes on from; null if it begins
     * @param reserved places to be given back once all channels are read
     * @param heard whether an agent of the house listens
     */
    record In(
        String name,
        Set<String> channels,
        @Nullable Predecessor left,
        List<Reserved> reserved,
        boolean heard)
        implements Entry {}

    /** Another line must let go first; it knows who waits, and will call. */
    record Wait(HaipDialog other) implements Entry {}
  }

  HaipSessions(HaipLimits.Resume limits, HaipAgents agents, Broker broker) {
    this.limits = limits;
    this.agents = agents;
    this.broker = broker;
    this.former = new FormerChannels(limits.sessions());
  }

  /**
   * Somebody wants a session.
   *
   * @param wanted by this name; null for any
   */
  Entry enter(@Nullable String wanted, HaipDialog dialog, Identity person, Moment now) {
    Place place;
    synchronized (this) {
      if (wanted != null) {
        expecting.remove(wanted, dialog);
      }
      Place known = wanted == null ? null : places.get(wanted);
      if (known != null && known.user.equals(person.user())) {
        return known.dialog == null ? comeBack(known, dialog) : new Entry.Wait(known.dialog);
      }
      place = begin(wanted == null || known != null ? newName() : wanted, dialog, person);
    }
    Set<String> before = Set.copyOf(place.channels);
    boolean heard = agents.opened(place.name, person, now);
    Entry.In in;
    synchronized (this) {
      place.heard = heard;
      in = new Entry.In(place.name, Set.copyOf(place.channels), null, List.of(), heard);
    }
    SessionChannels channels = new SessionChannels(place.name);
    for (String channel : before) {
      agents.speaks(channels.onHub(channel), false, now);
    }
    return in;
  }

  static String newName() {
    return UUID.randomUUID().toString();
  }

  private Entry comeBack(Place place, HaipDialog dialog) {
    Predecessor left = place.left;
    place.left = null;
    place.dialog = dialog;
    waiting.remove(place.name);
    List<Reserved> reserved = List.copyOf(place.reserved);
    place.reserved.clear();
    return new Entry.In(place.name, Set.copyOf(place.channels), left, reserved, place.heard);
  }

  private Place begin(String name, HaipDialog dialog, Identity person) {
    Place place = new Place(name, person.user());
    place.dialog = dialog;
    SessionChannels channels = new SessionChannels(name);
    for (String standing : HaipEndpoint.STANDING) {
      if (broker.mayHave(channels.onHub(standing))) {
        place.channels.add(standing);
      }
    }
    for (String named : former.take(name)) {
      if (broker.mayHave(channels.onHub(named))) {
        place.channels.add(named);
      }
    }
    places.put(name, place);
    return place;
  }

  /**
   * A line has let go of its session.
   *
   * @param left what the next goes on from; null if there is no coming back
   */
  void leave(String name, HaipDialog dialog, @Nullable Predecessor left, Moment now) {
    List<Place> over = new ArrayList<>();
    synchronized (this) {
      Place place = places.get(name);
      if (place == null || place.dialog != dialog) {
        return;
      }
      place.dialog = null;
      if (left == null) {
        remove(place, over);
      } else {
        place.left = left;
        place.leftNanos = now.nanos();
        waiting.put(name, place);
        forgetOldest(over);
      }
    }
    over.forEach(place -> end(place, now));
  }

  private void remove(Place place, List<Place> over) {
    places.remove(place.name);
    former.keep(place.name, place.channels);
    over.add(place);
  }

  private void forgetOldest(List<Place> over) {
    Iterator<Place> oldest = waiting.values().iterator();
    while (waiting.size() > limits.sessions() && oldest.hasNext()) {
      Place place = oldest.next();
      oldest.remove();
      remove(place, over);
    }
  }

  /** Forgets who has not come back in time. */
  void tick(Moment now) {
    List<Place> over = new ArrayList<>();
    synchronized (this) {
      Iterator<Place> oldest = waiting.values().iterator();
      while (oldest.hasNext()) {
        Place place = oldest.next();
        if (now.nanos() - place.leftNanos < limits.age().toNanos()) {
          break;
        }
        oldest.remove();
        remove(place, over);
      }
    }
    over.forEach(place -> end(place, now));
  }

  private void end(Place place, Moment now) {
    place.reserved.forEach(reserved -> reserved.give(now));
    if (place.left != null) {
      place.left.forget();
    }
    agents.closed(place.name);
  }

  /** A channel has a log from now on: whose it is reads it from its beginning. */
  void appeared(ChannelName channel, @Nullable Hold hold, Moment now) {
    SessionChannels of = SessionChannels.around(channel);
    if (of == null) {
      return;
    }
    String name = of.nameIn(channel);
    HaipDialog dialog;
    Reserved reserved;
    synchronized (this) {
      Place place = places.get(of.session());
      if (place == null || !place.channels.add(name)) {
        return;
      }
      dialog = place.dialog;
      reserved = new Reserved(hold);
      if (dialog == null) {
        place.reserved.add(reserved);
      }
    }
    if (dialog != null) {
      dialog.appeared(name, reserved);
    }
  }

  /** The person speaks on a channel: from its first word there on it is heard. */
  void speaks(ChannelName channel, Moment now) {
    agents.speaks(channel, true, now);
  }

  /** A response goes on, in which this session is to begin, or to be gone on with. */
  synchronized void expect(String name, HaipDialog dialog) {
    expecting.put(name, dialog);
  }

  /** It has ended. */
  synchronized void expectNoMore(HaipDialog dialog) {
    expecting.values().removeIf(dialog::equals);
  }

  /** Who hears what this user says in a session; null if nobody does. */
  synchronized @Nullable HaipDialog listener(String name, String user) {
    HaipDialog expected = expecting.get(name);
    if (expected != null && expected.user().equals(user)) {
      return expected;
    }
    Place place = places.get(name);
    return place == null || !place.user.equals(user) ? null : place.dialog;
  }

  /** Who speaks in a session now; null if nobody does. */
  synchronized @Nullable HaipDialog find(String name) {
    Place place = places.get(name);
    return place == null ? null : place.dialog;
  }

  /** Sessions with a line, and without. */
  synchronized int[] count() {
    return new int[] {places.size() - waiting.size(), waiting.size()};
  }
}
