package io.sluice.gateway.http;

import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who is here: how many connections in all, from each address and of each user. Shared by all event
 * loops, safe from any thread. Its tables hold only who is here, so they are bounded by {@code
 * limits.connections.total}.
 */
public final class Census {
  private final Limits.Connections limits;
  private final AtomicInteger total = new AtomicInteger();
  private final ConcurrentMap<AddressKey, Integer> addresses = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Integer> users = new ConcurrentHashMap<>();

  /** An empty census. */
  Census(Limits.Connections limits) {
    this.limits = limits;
  }

  /** What came of an arrival. */
  sealed interface Arrival {
    /** It may stay until it leaves. */
    record Admitted(Visit visit) implements Arrival {}

    /** It may not, and is not counted. */
    record Full(Refusal refusal) implements Arrival {}
  }

  /**
   * Counts a new connection.
   *
   * @param address the peer's; null if it has none, as within one process, or if it is a proxy
   *     whose clients are counted in its stead
   */
  Arrival arrive(@Nullable InetAddress address) {
    if (total.incrementAndGet() > limits.total()) {
      total.decrementAndGet();
      return new Arrival.Full(Refusal.OVERLOAD);
    }
    AddressKey key =
        address == null || AddressKey.isLoopback(address) ? null : AddressKey.of(address);
    if (key != null && !enter(addresses, key, limits.perAddress())) {
      total.decrementAndGet();
      return new Arrival.Full(Refusal.ADDRESS_LIMIT);
    }
    return new Arrival.Admitted(new Visit(key));
  }

  private static <K> boolean enter(ConcurrentMap<K, Integer> table, K key, int limit) {
    boolean[] entered = new boolean[1];
    table.compute(
        key,
        (same, count) -> {
          int before = count == null ? 0 : count;
          entered[0] = before < limit;
          int after = entered[0] ? before + 1 : before;
          return after == 0 ? null : after;
        });
    return entered[0];
  }

  private static <K> void leave(ConcurrentMap<K, Integer> table, K key) {
    table.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
  }

  /** Connections that are here. */
  public int total() {
    return total.get();
  }

  /** Addresses that are here, loopback aside. */
  public int addresses() {
    return addresses.size();
  }

  /** Users that are here. */
  public int users() {
    return users.size();
  }

  /**
   * One connection's place in the census. Owned by its event loop; {@link #leave} may be called
   * from any thread and as often as one likes, and counts once.
   */
  final class Visit {
    private final AtomicBoolean left = new AtomicBoolean();
    private @Nullable AddressKey address;
    private volatile @Nullable String user;

    private Visit(@Nullable AddressKey address) {
      this.address = address;
    }

    /**
     * Counts the connection for another address than before; that one has it no longer.
     *
     * @param next null to count it for none
     * @return false if that address has as many as it may; it then counts for none
     */
    synchronized boolean comesFrom(@Nullable AddressKey next) {
      if (left.get() || Objects.equals(address, next)) {
        return true;
      }
      if (address != null) {
        Census.leave(addresses, address);
        address = null;
      }
      if (next != null && !enter(addresses, next, limits.perAddress())) {
        return false;
      }
      address = next;
      return true;
    }

    /**
     * Counts the connection for a user as well; at most once.
     *
     * @return false if the user has as many as it may
     */
    boolean belongsTo(String name) {
      if (user != null || left.get()) {
        throw new IllegalStateException("counted already");
      }
      if (!enter(users, name, limits.perUser())) {
        return false;
      }
      user = name;
      return true;
    }

    /** The connection is gone. */
    synchronized void leave() {
      if (!left.compareAndSet(false, true)) {
        return;
      }
      total.decrementAndGet();
      AddressKey key = address;
      if (key != null) {
        Census.leave(addresses, key);
      }
      String name = user;
      if (name != null) {
        Census.leave(users, name);
      }
    }
  }
}
