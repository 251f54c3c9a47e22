package io.sluice.protocol.haip;

import org.jspecify.annotations.Nullable;

/**
 * A peer's mistake, or the world's failure as a peer is told of it: what stands in an ERROR.
 *
 * @param code what kind, stable
 * @param message a sentence for a person; never contains a token or a payload
 * @param relatedId the id of the message it is about, if that had one
 * @param detail more of it as a JSON object, if there is more
 */
public record HaipFault(
    HaipCode code, String message, @Nullable String relatedId, @Nullable String detail) {
  /** A fault that is about no message in particular. */
  public HaipFault(HaipCode code, String message) {
    this(code, message, null, null);
  }

  /** The same, about a message. */
  HaipFault about(@Nullable String id) {
    return id == null || relatedId != null ? this : new HaipFault(code, message, id, detail);
  }
}
