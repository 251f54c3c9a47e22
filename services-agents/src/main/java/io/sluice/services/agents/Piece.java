package io.sluice.services.agents;

import org.jspecify.annotations.Nullable;

/** A message as it comes. Immutable. */
public sealed interface Piece {
  /** The message it is a piece of. */
  String messageId();

  /**
   * One begins.
   *
   * @param text what it begins with; null if nothing yet
   */
  record Start(
      String messageId,
      @Nullable String author,
      @Nullable String text,
      @Nullable String runId,
      @Nullable String threadId)
      implements Piece {}

  /** More of it. */
  record Part(String messageId, String text) implements Piece {}

  /** It is complete. */
  record End(String messageId) implements Piece {}
}
