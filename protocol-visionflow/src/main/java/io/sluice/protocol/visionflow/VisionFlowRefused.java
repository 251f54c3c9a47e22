package io.sluice.protocol.visionflow;

import org.jspecify.annotations.Nullable;

/** Carries a mistake from where it is noticed to where it is answered; has no stack. */
public final class VisionFlowRefused extends Exception {
  private static final long serialVersionUID = 1;

  private final transient VisionFlowFault fault;

  VisionFlowRefused(VisionFlowCode code, String message) {
    this(code, message, null);
  }

  VisionFlowRefused(VisionFlowCode code, String message, @Nullable String details) {
    super(message, null, false, false);
    fault = new VisionFlowFault(code, message, details);
  }

  /** One record of many is wrong. */
  static VisionFlowRefused record(VisionFlowCode code, String message, int row) {
    return new VisionFlowRefused(code, message, "{\"record\":" + row + "}");
  }

  /** One record of many is wrong, and its id is known. */
  static VisionFlowRefused node(VisionFlowCode code, String message, int row, int id) {
    return new VisionFlowRefused(code, message, "{\"record\":" + row + ",\"id\":" + id + "}");
  }

  /** What is wrong. */
  public VisionFlowFault fault() {
    return fault;
  }
}
