package io.sluice.client;

import io.sluice.model.Moment;
import io.sluice.protocol.nexus.NexusAnswer;
import java.time.Duration;

/**
 * Owner: its engine. When to bring the connection a new token: at 80 % of what is left of the
 * present one, on the same connection. While it fails the old token stays in force, and it is tried
 * again at 80 % of what is then left; if the server ends the connection first, the next one begins
 * with a fresh token anyway.
 */
final class Renewal {
  private static final long SOONEST = Duration.ofSeconds(1).toNanos();
  private static final long UNSURE = Duration.ofSeconds(10).toNanos();
  private static final long MILLI = 1_000_000;
  private static final long LONGEST_MILLIS = Duration.ofDays(365).toMillis();

  private enum Step {
    OFF,
    SLEEPING,
    FETCHING,
    SENT
  }

  private final ClientLimits limits;
  private Step step = Step.OFF;
  private long due = Long.MAX_VALUE;
  private long expiresAt;
  private long request = NexusAnswer.NO_ID;

  Renewal(ClientLimits limits) {
    this.limits = limits;
  }

  /** The token in force ends then, in milliseconds since 1970; 0 is never. */
  void inForce(long expiry, Moment now) {
    expiresAt = expiry;
    sleep(now);
  }

  /** Sleeps until it is worth another try. */
  void sleep(Moment now) {
    request = NexusAnswer.NO_ID;
    if (expiresAt == 0) {
      stop();
      return;
    }
    // By this machine's clock, which may be wrong: a token that seems to have ended is not asked
    // for again and again.
    long left = Math.min(expiresAt - now.epochMillis(), LONGEST_MILLIS);
    step = Step.SLEEPING;
    due = now.nanos() + (left <= 0 ? UNSURE : Math.max(left * MILLI / 10 * 8, SOONEST));
  }

  /** The connection is gone, or its token never ends. */
  void stop() {
    step = Step.OFF;
    due = Long.MAX_VALUE;
    request = NexusAnswer.NO_ID;
  }

  /** A token is being fetched. */
  void fetching(long now) {
    step = Step.FETCHING;
    due = now + limits.tokenTimeout().toNanos();
  }

  /** The token was sent. */
  void sent(long id, long now) {
    step = Step.SENT;
    request = id;
    due = now + limits.requestTimeout().toNanos();
  }

  boolean isSleeping() {
    return step == Step.SLEEPING;
  }

  boolean isFetching() {
    return step == Step.FETCHING;
  }

  /** Whether this is the id of the request that brought the token. */
  boolean isRequest(long id) {
    return step == Step.SENT && request == id;
  }

  /** When something has to be done; {@link Long#MAX_VALUE} if nothing. */
  long deadline() {
    return due;
  }
}
