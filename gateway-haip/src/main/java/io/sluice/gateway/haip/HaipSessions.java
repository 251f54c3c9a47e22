package io.sluice.gateway.haip;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Hold;
import io.sluice.gateway.BugLog;
import io.sluice.model.ChannelName;
import io.sluice.model.HaipLimits;
import io.sluice.model.HaipStanding;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import io.sluice.protocol.haip.HaipKept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which session is where: with a line, on its way from one to another, or kept without one. Guarded
 * by its own lock, which nobody holds while calling out; asked once per connection and once per
 * channel that comes into being. Who has a session may be read without the lock.
 *
 * <p>Whoever enters has a place from then on until it leaves, whatever becomes of it in between: a
 * place without anybody would make all who come wait for nobody.
 */
final class HaipSessions {
  private static final Logger LOG = LoggerFactory.getLogger(HaipSessions.class);

  private final HaipLimits.Resume limits;
  private final HaipAgents agents;
  private final Broker broker;

  /** By name, so that they can be shown page by page. Written under the lock. */
  private final ConcurrentSkipListMap<String, Place> places = new ConcurrentSkipListMap<>();

  /** How many those are. */
  private int count;

  /** Those without a line, in the order in which they lost it. */
  private final LinkedHashMap<String, Place> waiting = new LinkedHashMap<>();

  private final FormerChannels former;

  /** Responses that go on before anything was said in their sessions. */
  private final Map<Expectation.Key, Expectation> expecting = new HashMap<>();

  /** One session. Guarded by the lock, but for what never changes and who is there. */
  static final class Place {
    final String name;
    final String user;

    /** The channels that are known to have logs, by their names in the session. */
    private Set<String> channels = Set.of();

    /** Places in logs that came while nobody was there to read them. */
    private List<Reserved> reserved = List.of();

    private volatile @Nullable HaipDialog dialog;
    private boolean heard;
    private @Nullable Predecessor left;
    private long leftNanos;

    Place(String name, String user) {
      this.name = name;
      this.user = user;
    }

    /** Learns of a channel; false if it is known. Few have many: so they are copied. */
    private boolean learn(String channel) {
      if (channels.contains(channel)) {
        return false;
      }
      Set<String> more = new HashSet<>(channels);
      more.add(channel);
      channels = Set.copyOf(more);
      return true;
    }

    private void reserve(Reserved place) {
      List<Reserved> more = new ArrayList<>(reserved);
      more.add(place);
      reserved = List.copyOf(more);
    }

    /** Who speaks in it now; null if nobody does. */
    @Nullable HaipDialog dialog() {
      return dialog;
    }
  }

  /** What becomes of somebody who wants in. */
  sealed interface Entry {
    /**
     * It is in.
     *
     * @param name what the session is called
     * @param channels those that have logs
     * @param places from where on they are read; those that are not named, from their beginning
     * @param left what it goes on from; null if it begins
     * @param reserved places to be given back once all channels are read
     * @param heard whether an agent of the house listens
     */
    record In(
        String name,
        Set<String> channels,
        Map<Subject, Position> places,
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
   * Somebody wants a session. Who is in leaves again by {@link #leave}.
   *
   * @param wanted by this name; null for any
   */
  Entry enter(@Nullable String wanted, HaipDialog dialog, Identity person, Moment now) {
    Place place;
    Set<String> before;
    Map<Subject, Position> heads = new HashMap<>();
    synchronized (this) {
      Place known = wanted == null ? null : places.get(wanted);
      Place own = known != null && known.user.equals(person.user()) ? known : null;
      if (own != null && own.dialog != null) {
        return new Entry.Wait(own.dialog);
      }
      // Until now it was expected: what is said while another makes way is for who comes.
      Expectation expected = dialog.expected();
      if (expected != null && expected.key().session().equals(wanted)) {
        boolean _ = expecting.remove(expected.key(), expected);
      }
      if (own != null) {
        return comeBack(own, dialog);
      }
      place = begin(wanted == null || known != null ? newName() : wanted, dialog, person, heads);
      before = place.channels;
    }
    try {
      return introduce(place, before, heads, person, now);
    } catch (RuntimeException | Error bug) {
      leave(place.name, dialog, null, now);
      throw bug;
    }
  }

  static String newName() {
    return UUID.randomUUID().toString();
  }

  private Entry comeBack(Place place, HaipDialog dialog) {
    Predecessor left = place.left;
    place.left = null;
    place.dialog = dialog;
    waiting.remove(place.name);
    List<Reserved> reserved = place.reserved;
    place.reserved = List.of();
    Map<Subject, Position> places = left == null ? Map.of() : left.places();
    return new Entry.In(place.name, place.channels, places, left, reserved, place.heard);
  }

  /** What is on its channels already is not for it, what comes from here on is. */
  private Place begin(
      String name, HaipDialog dialog, Identity person, Map<Subject, Position> heads) {
    Place place = new Place(name, person.user());
    place.dialog = dialog;
    SessionChannels channels = new SessionChannels(name);
    Set<String> own = new HashSet<>(HaipEndpoint.STANDING);
    own.addAll(former.take(name));
    for (String channel : own) {
      Position head = broker.head(channels.onHub(channel));
      if (head != null) {
        boolean _ = place.learn(channel);
        heads.put(channels.onHub(channel), head);
      }
    }
    places.put(name, place);
    count++;
    return place;
  }

  /** The agents hear of a session; what they say at once is told to the dialog as it appears. */
  private Entry introduce(
      Place place, Set<String> before, Map<Subject, Position> heads, Identity person, Moment now) {
    boolean heard = agents.opened(place.name, person, now);
    synchronized (this) {
      place.heard = heard;
    }
    SessionChannels channels = new SessionChannels(place.name);
    for (String channel : before) {
      agents.speaks(channels.onHub(channel), false, now);
    }
    return new Entry.In(place.name, before, Map.copyOf(heads), null, List.of(), heard);
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
    endAll(over, now);
  }

  private void remove(Place place, List<Place> over) {
    places.remove(place.name);
    former.keep(place.name, place.channels);
    count--;
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
    endAll(over, now);
  }

  /** What fails for one is not the others' end. */
  private void endAll(List<Place> over, Moment now) {
    for (Place place : over) {
      try {
        end(place, now);
      } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError bug) {
        BugLog.report(LOG, "a session could not be ended", bug);
      }
    }
  }

  private void end(Place place, Moment now) {
    try {
      place.reserved.forEach(reserved -> reserved.give(now));
      if (place.left != null) {
        place.left.forget(now);
      }
    } finally {
      agents.closed(place.name);
    }
  }

  /** A channel has a log from now on: whose it is reads it from its beginning. */
  void appeared(ChannelName channel, @Nullable Hold hold, Moment now) {
    SessionChannels of = SessionChannels.around(channel);
    if (of == null) {
      return;
    }
    String name = of.nameIn(channel);
    Place place;
    synchronized (this) {
      place = places.get(of.session());
      if (place == null || !place.learn(name)) {
        return;
      }
    }
    unread(place, name, new Reserved(hold), null, now);
  }

  /**
   * Whoever has the session, or comes next, reads a channel that nobody has read.
   *
   * @param gone was told of it, and is gone; null if nobody was
   */
  void unread(
      Place place, String channel, Reserved reserved, @Nullable HaipDialog gone, Moment now) {
    HaipDialog next;
    synchronized (this) {
      boolean over = places.get(place.name) != place;
      next = over || place.dialog == gone ? null : place.dialog;
      if (!over && next == null) {
        place.reserve(reserved);
        return;
      }
    }
    if (next == null) {
      reserved.give(now);
    } else {
      next.appeared(place, channel, reserved);
    }
  }

  /** The person speaks on a channel: from its first word there on it is heard. */
  void speaks(ChannelName channel, Moment now) {
    agents.speaks(channel, true, now);
  }

  /** From now on a session is expected where a response goes on. */
  synchronized void expect(Expectation expectation) {
    expecting.put(expectation.key(), expectation);
  }

  /** It is not any more. */
  synchronized void expectNoMore(Expectation expectation) {
    boolean _ = expecting.remove(expectation.key(), expectation);
  }

  /** Who hears what this user says in a session, at once or in a moment; null if nobody does. */
  synchronized @Nullable CompletionStage<@Nullable HaipDialog> listener(String name, String user) {
    Expectation expected = expecting.get(new Expectation.Key(user, name));
    if (expected != null) {
      return expected.dialog();
    }
    Place place = places.get(name);
    return place == null || !place.user.equals(user) || place.dialog == null
        ? null
        : CompletableFuture.completedStage(place.dialog);
  }

  /** Who speaks in a session now; null if nobody does. */
  @Nullable HaipDialog find(String name) {
    Place place = places.get(name);
    return place == null ? null : place.dialog;
  }

  // For who looks

  /** A session that there is. */
  @Nullable Place place(String name) {
    return places.get(name);
  }

  /** Sessions in the order of their names, behind this one. */
  Iterable<Place> behind(String name) {
    return places.tailMap(name, false).values();
  }

  /** How a session stands that has no line; null if it has one, or has ended. */
  synchronized @Nullable HaipStanding kept(Place place) {
    Predecessor left = place.left;
    if (left == null) {
      return null;
    }
    HaipKept kept = left.kept();
    return HaipStandings.of(
        kept.session(), place.user, false, kept.dialect(), kept.metrics(), left.balances(), null);
  }

  synchronized int attached() {
    return count - waiting.size();
  }

  synchronized int kept() {
    return waiting.size();
  }
}
