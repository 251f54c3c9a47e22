package io.sluice.core;

import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.core.presence.MemoryPresence;
import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Present;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the simulation knows of who came and went: it stands before presence, counts for itself, and
 * forgets no coming or going. Owned by its simulation.
 */
final class Attendance implements Presence {
  private final Limits.Presence limits;
  private final MemoryPresence inner;
  private final Map<ChannelName, Map<String, Integer>> there = new HashMap<>();
  private final Map<ChannelName, List<String>> turns = new HashMap<>();
  private int memberships;

  Attendance(Limits.Presence limits) {
    this.limits = limits;
    this.inner = new MemoryPresence(limits);
  }

  private Map<String, Integer> there(ChannelName channel) {
    return there.computeIfAbsent(channel, name -> new LinkedHashMap<>());
  }

  /** All comings and goings, such as "+ada", in their order. */
  List<String> turns(ChannelName channel) {
    return turns.computeIfAbsent(channel, name -> new ArrayList<>());
  }

  /** How many subscriptions each user has there, if all of them could be noted. */
  Map<String, Integer> counts(ChannelName channel) {
    return Map.copyOf(there(channel));
  }

  /** Holds a list against what is true at this moment. */
  void check(Event.Presence told) {
    List<Present> all = new ArrayList<>();
    there(told.channel()).forEach((user, count) -> all.add(new Present(user, count)));
    List<Present> listed = all.subList(0, Math.min(all.size(), limits.users()));
    if (told.total() != all.size() || !told.users().equals(listed)) {
      throw new AssertionError(told + " where there are " + all);
    }
  }

  @Override
  public boolean isKept() {
    return true;
  }

  @Override
  public boolean join(ChannelName channel, String user, Moment now) {
    Map<String, Integer> users = there(channel);
    boolean fits = users.containsKey(user) || memberships < limits.memberships();
    if (fits && users.merge(user, 1, Integer::sum) == 1) {
      memberships++;
      turns(channel).add("+" + user);
    }
    if (inner.join(channel, user, now) != fits) {
      throw new AssertionError(user + " of " + memberships + " joins " + channel);
    }
    return fits;
  }

  @Override
  public void leave(ChannelName channel, String user, Moment now) {
    Map<String, Integer> users = there(channel);
    if (!users.containsKey(user)) {
      throw new AssertionError(user + " leaves " + channel + " and is not there");
    }
    if (users.merge(user, -1, Integer::sum) == 0) {
      users.remove(user);
      memberships--;
      turns(channel).add("-" + user);
    }
    inner.leave(channel, user, now);
  }

  @Override
  public Roll roll(ChannelName channel, int most) {
    return inner.roll(channel, most);
  }

  @Override
  public Log watch(ChannelName channel, Signal signal, Moment now) {
    return inner.watch(channel, signal, now);
  }

  @Override
  public void unwatch(ChannelName channel, Signal signal, Moment now) {
    inner.unwatch(channel, signal, now);
  }
}
