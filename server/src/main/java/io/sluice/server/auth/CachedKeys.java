package io.sluice.server.auth;

import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Owner: any thread; everything that changes is guarded by {@code this}. Remembers what the key
 * server said, and asks it again when keys grow old or a token names one that nobody knows, one
 * question at a time and never more often than the limits say.
 */
final class CachedKeys implements KeyLookup {
  private final Source source;
  private final Limits.Jwks limits;

  private @Nullable KeySet keys;
  private long fetchedNanos;
  private long askedNanos;
  private boolean failed;
  private boolean asked;
  private @Nullable CompletableFuture<Found> question;

  CachedKeys(Source source, Limits.Jwks limits) {
    this.source = source;
    this.limits = limits;
  }

  /** Asks the key server. */
  interface Source {
    /** The keys, or an exception where there is no answer; never blocks its caller. */
    CompletionStage<KeySet> fetch();
  }

  @Override
  public CompletionStage<Found> find(@Nullable String kid, Moment now) {
    CompletableFuture<Found> mine = null;
    CompletionStage<Found> answer;
    synchronized (this) {
      KeySet known = keys;
      boolean has = known != null && !known.named(kid).isEmpty();
      if ((!has || isOlder(fetchedNanos, limits.refresh(), now)) && mayAsk(now)) {
        mine = new CompletableFuture<>();
        question = mine;
        asked = true;
        askedNanos = now.nanos();
      }
      boolean usable = known != null && !isOlder(fetchedNanos, limits.stale(), now);
      if (known != null && usable && has) {
        answer = CompletableFuture.completedStage(new Found.Keys(known));
      } else if (question != null) {
        answer = question;
      } else if (known != null && usable && !failed) {
        answer = CompletableFuture.completedStage(new Found.Keys(known));
      } else {
        answer = CompletableFuture.completedStage(new Found.Unavailable());
      }
    }
    if (mine != null) {
      ask(mine, now);
    }
    return answer;
  }

  private boolean mayAsk(Moment now) {
    Duration pause = failed ? limits.retry() : limits.interval();
    return question == null && (!asked || isOlder(askedNanos, pause, now));
  }

  private static boolean isOlder(long sinceNanos, Duration age, Moment now) {
    return now.nanos() - sinceNanos >= age.toNanos();
  }

  /** Outside the lock: the source may answer inside the call, and waiters run on the answer. */
  private void ask(CompletableFuture<Found> mine, Moment now) {
    source
        .fetch()
        .whenComplete(
            (fetched, trouble) -> {
              Found found = trouble == null ? new Found.Keys(fetched) : new Found.Unavailable();
              synchronized (this) {
                question = null;
                failed = trouble != null;
                if (trouble == null) {
                  keys = fetched;
                  fetchedNanos = now.nanos();
                }
              }
              mine.complete(found);
            });
  }
}
