package io.sluice.gateway.haip;

import io.sluice.model.Code;
import io.sluice.model.Fault;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.haip.HaipFault;
import org.jspecify.annotations.Nullable;

/** How the core's refusals are said in HAIP. Stateless. */
final class HaipFaults {
  private HaipFaults() {}

  static HaipFault of(Fault fault) {
    return new HaipFault(code(fault.code()), fault.message(), null, detail(fault.excess()));
  }

  private static @Nullable String detail(Fault.@Nullable Excess excess) {
    return excess == null ? null : "{\"size\":" + excess.size() + ",\"max\":" + excess.max() + "}";
  }

  private static HaipCode code(Code code) {
    return switch (code) {
      case FORBIDDEN, POLICY_NOT_ALLOWED, NO_FEED -> HaipCode.UNAUTHORIZED;
      case INVALID_TOKEN -> HaipCode.AUTHENTICATION_FAILED;
      case TOO_LARGE -> HaipCode.FLOW_CONTROL_VIOLATION;
      case BUSY, HOLD_FULL, CHANNEL_FULL, CHANNEL_LIMIT, SUBSCRIPTION_LIMIT -> HaipCode.BUSY;
      case GAP, HOLD_LOST -> HaipCode.REPLAY_TOO_OLD;
      case INVALID_JSON,
          UNKNOWN_ACTION,
          MISSING_FIELD,
          INVALID_FIELD,
          INVALID_CHANNEL,
          INVALID_FILTER,
          INVALID_CREDIT,
          INVALID_POSITION,
          PRESENCE_OFF,
          ALREADY_SUBSCRIBED,
          NOT_SUBSCRIBED,
          FILTER_LIMIT,
          MEMORY_LIMIT,
          BROKER_UNAVAILABLE,
          TOKEN_UNCHECKED,
          SHUTTING_DOWN ->
          HaipCode.SERVER_ERROR;
    };
  }

  /** The HTTP status of a request that brought what was refused so. */
  static int status(HaipCode code) {
    return switch (code) {
      case PROTOCOL_VIOLATION,
          SEQ_VIOLATION,
          VERSION_INCOMPATIBLE,
          UNSUPPORTED_TYPE,
          INVALID_PAYLOAD,
          MISSING_TOOL_NAME ->
          400;
      case AUTHENTICATION_FAILED, UNAUTHORIZED -> 403;
      case RUN_NOT_FOUND, TOOL_NOT_FOUND, TRANSACTION_NOT_FOUND -> 404;
      case REPLAY_TOO_OLD, RESUME_FAILED, CHANNEL_PAUSED -> 409;
      case FLOW_CONTROL_VIOLATION, RUN_LIMIT_EXCEEDED, BUSY -> 429;
      case TOOL_EXECUTION_ERROR, SERVER_ERROR -> 500;
    };
  }
}
