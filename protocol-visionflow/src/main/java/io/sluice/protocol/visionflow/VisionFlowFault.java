package io.sluice.protocol.visionflow;

import org.jspecify.annotations.Nullable;

/**
 * A peer's mistake, or the world's failure as a peer is told of it: what stands in an error.
 *
 * @param code what kind, stable
 * @param message a sentence for a person; never contains a token or a payload
 * @param details more of it as a JSON object, if there is more
 */
public record VisionFlowFault(VisionFlowCode code, String message, @Nullable String details) {
  /** A fault that says all in its message. */
  public VisionFlowFault(VisionFlowCode code, String message) {
    this(code, message, null);
  }
}
