package io.sluice.gateway.haip;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A response that goes on, in which a session is to begin or to be gone on with. It stands from the
 * moment at which the peer may have read the head; its dialog is there a moment later, and what the
 * peer says between waits for it. Safe from any thread.
 */
final class Expectation {
  /** Somebody's name for a session that may never be: it is in nobody else's way. */
  record Key(String user, String session) {}

  private final Key key;
  private final CompletableFuture<@Nullable HaipDialog> dialog = new CompletableFuture<>();

  Expectation(String user, String session) {
    key = new Key(user, session);
  }

  Key key() {
    return key;
  }

  /** The response goes on. */
  void met(HaipDialog by) {
    boolean _ = dialog.complete(by);
  }

  /** The line is gone, whether or not there was ever a dialog on it. */
  void over() {
    boolean _ = dialog.complete(null);
  }

  /** Who hears it; null if nobody ever will. */
  CompletionStage<@Nullable HaipDialog> dialog() {
    return dialog;
  }
}
