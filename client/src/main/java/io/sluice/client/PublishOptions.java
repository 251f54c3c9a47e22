package io.sluice.client;

import io.sluice.model.Draft;
import org.jspecify.annotations.Nullable;

/**
 * How to publish. Immutable.
 *
 * @param acknowledge whether to wait for the server's receipt. Without, the publication may be lost
 *     with the connection
 * @param key the publication's key, for conflation; 1 to 128 characters
 * @param idempotencyKey makes a repetition append nothing; 1 to 128 characters. A publication with
 *     acknowledgement gets one anyway, so that it may be repeated after a reconnect
 */
public record PublishOptions(
    boolean acknowledge, @Nullable String key, @Nullable String idempotencyKey) {
  /** With acknowledgement, without keys. */
  public static final PublishOptions DEFAULTS = new PublishOptions(true, null, null);

  /**
   * Checks the keys.
   *
   * @throws IllegalArgumentException if one is empty or too long
   */
  public PublishOptions {
    check(key);
    check(idempotencyKey);
  }

  private static void check(@Nullable String key) {
    if (key != null && (key.isEmpty() || key.length() > Draft.MAX_KEY_LENGTH)) {
      throw new IllegalArgumentException("a key has 1 to " + Draft.MAX_KEY_LENGTH + " characters");
    }
  }

  /** Without waiting for a receipt. */
  public PublishOptions unacknowledged() {
    return new PublishOptions(false, key, idempotencyKey);
  }

  /** With a key for conflation. */
  public PublishOptions withKey(String newKey) {
    return new PublishOptions(acknowledge, newKey, idempotencyKey);
  }

  /** With a key of the program's own against repetition. */
  public PublishOptions withIdempotencyKey(String newKey) {
    return new PublishOptions(acknowledge, key, newKey);
  }
}
