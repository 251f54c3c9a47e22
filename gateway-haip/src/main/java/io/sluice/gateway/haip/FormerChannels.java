package io.sluice.gateway.haip;

import java.util.LinkedHashMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which channels of its own a session had that is over: their logs outlive it, and whoever begins
 * again under its name reads them like the five that every session has. Owned by {@link
 * HaipSessions}, guarded by its lock.
 */
final class FormerChannels {
  private final int most;

  /** By the sessions' names, the oldest first. */
  private final LinkedHashMap<String, Set<String>> former = new LinkedHashMap<>();

  /**
   * None.
   *
   * @param most of so many sessions at most; the oldest are forgotten
   */
  FormerChannels(int most) {
    this.most = most;
  }

  /** A session is over, with these channels. */
  void keep(String session, Set<String> channels) {
    Set<String> named =
        channels.stream()
            .filter(channel -> !HaipEndpoint.STANDING.contains(channel))
            .collect(Collectors.toUnmodifiableSet());
    if (!named.isEmpty()) {
      former.put(session, named);
    }
    if (former.size() > most) {
      former.pollFirstEntry();
    }
  }

  /** A session begins: the channels of the one before it of its name. */
  Set<String> take(String session) {
    Set<String> named = former.remove(session);
    return named == null ? Set.of() : named;
  }
}
