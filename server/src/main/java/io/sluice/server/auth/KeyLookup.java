package io.sluice.server.auth;

import io.sluice.model.Moment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where public keys come from: a file, read once, or a server, asked again and again. */
interface KeyLookup {
  /**
   * The keys to look for this {@code kid} among. Never blocks; the answer may come later, on
   * another thread, and never exceptionally.
   */
  CompletionStage<Found> find(@Nullable String kid, Moment now);

  /** These keys and no others, for ever. */
  static KeyLookup fixed(KeySet keys) {
    CompletionStage<Found> found = CompletableFuture.completedStage(new Found.Keys(keys));
    return (kid, now) -> found;
  }

  /** The answer. */
  sealed interface Found {
    /** All keys there are, whether or not the one asked for is among them. */
    record Keys(KeySet keys) implements Found {}

    /** Nobody can tell now. */
    record Unavailable() implements Found {}
  }
}
