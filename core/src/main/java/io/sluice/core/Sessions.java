package io.sluice.core;

import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one lane by slot, and when each is due. Owned by its lane.
 *
 * <p>There is no timer per session: every second the sessions of one heartbeat's share are looked
 * at, and a flat array of expiries is read through.
 */
final class Sessions {
  private static final long SECOND = 1_000_000_000L;

  private final int shares;
  private @Nullable Session[] bySlot = new Session[64];

  /** When each session's token ends, on the monotonic clock; Long.MAX_VALUE for never. */
  private long[] expiryNanos = new long[64];

  /** Hashes of each session's connection id and user, so that one is found without an index. */
  private int[] idHashes = new int[64];

  private int[] userHashes = new int[64];

  private int size;
  private int end;

  /** When a share was last looked at, on the monotonic clock, and which comes next. */
  private long lookedAtNanos;

  private int nextShare;
  private boolean hasLooked;

  Sessions(Limits.Session limits) {
    this.shares = (int) Math.max(1, limits.heartbeat().toSeconds());
  }

  void put(Session session, Moment now) {
    int slot = session.slot();
    if (slot >= bySlot.length) {
      int larger = Math.max(slot + 1, bySlot.length * 2);
      bySlot = Arrays.copyOf(bySlot, larger);
      expiryNanos = Arrays.copyOf(expiryNanos, larger);
      idHashes = Arrays.copyOf(idHashes, larger);
      userHashes = Arrays.copyOf(userHashes, larger);
    }
    if (bySlot[slot] != null) {
      throw new IllegalStateException("slot " + slot + " is taken");
    }
    bySlot[slot] = session;
    expiryNanos[slot] = expiry(session.identity().expiresAtMillis(), now);
    idHashes[slot] = session.connectionId().hashCode();
    userHashes[slot] = session.identity().user().hashCode();
    end = Math.max(end, slot + 1);
    size++;
  }

  /**
   * Those that are meant and stand. There is no index, which every idle connection would pay for: a
   * hundred thousand hashes that lie side by side are looked through in some ten microseconds.
   */
  List<Session> find(Whom whom) {
    return switch (whom) {
      case Whom.Connection one ->
          find(
              idHashes,
              one.connectionId().hashCode(),
              session ->
                  session.connectionId().equals(one.connectionId())
                      && (one.user() == null || one.user().equals(session.identity().user())));
      case Whom.User all ->
          find(
              userHashes,
              all.user().hashCode(),
              session -> session.identity().user().equals(all.user()));
    };
  }

  private List<Session> find(int[] hashes, int hash, Predicate<Session> meant) {
    List<Session> found = new ArrayList<>();
    for (int slot = 0; slot < end; slot++) {
      if (hashes[slot] == hash) {
        Session session = bySlot[slot];
        if (session != null && session.isAttached() && meant.test(session)) {
          found.add(session);
        }
      }
    }
    return found;
  }

  /** The session's token is another. */
  void renew(Session session, Moment now) {
    expiryNanos[session.slot()] = expiry(session.identity().expiresAtMillis(), now);
  }

  /** The wall clock is asked once: afterwards the token's life runs on the monotonic one. */
  private static long expiry(long expiresAtMillis, Moment now) {
    if (expiresAtMillis == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    long left = Math.max(0, expiresAtMillis - now.epochMillis());
    return left > Long.MAX_VALUE / 4_000_000 ? Long.MAX_VALUE : now.nanos() + left * 1_000_000;
  }

  @Nullable Session get(int slot) {
    return slot < end ? bySlot[slot] : null;
  }

  @Nullable Session remove(int slot) {
    Session session = get(slot);
    if (session != null) {
      bySlot[slot] = null;
      expiryNanos[slot] = Long.MAX_VALUE;
      size--;
    }
    return session;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void forEach(Consumer<Session> action) {
    for (int slot = 0; slot < end; slot++) {
      Session session = bySlot[slot];
      if (session != null) {
        action.accept(session);
      }
    }
  }

  /** Those whose token has ended. */
  void forEachExpired(Moment now, Consumer<Session> action) {
    for (int slot = 0; slot < end; slot++) {
      if (expiryNanos[slot] != Long.MAX_VALUE && now.nanos() - expiryNanos[slot] >= 0) {
        Session session = bySlot[slot];
        expiryNanos[slot] = Long.MAX_VALUE;
        if (session != null) {
          action.accept(session);
        }
      }
    }
  }

  /** Those whose heartbeat is due, each once per heartbeat. */
  void forEachDue(Moment now, Consumer<Session> action) {
    if (!hasLooked) {
      hasLooked = true;
      lookedAtNanos = now.nanos();
    }
    long seconds = (now.nanos() - lookedAtNanos) / SECOND;
    lookedAtNanos += seconds * SECOND;
    // After a stop of the process each is looked at once, not once for every second missed.
    for (long i = Math.min(seconds, shares); i > 0; i--) {
      lookAtShare(nextShare, action);
      nextShare = (nextShare + 1) % shares;
    }
  }

  private void lookAtShare(int share, Consumer<Session> action) {
    for (int slot = share; slot < end; slot += shares) {
      Session session = bySlot[slot];
      if (session != null && session.isAttached()) {
        action.accept(session);
      }
    }
  }
}
