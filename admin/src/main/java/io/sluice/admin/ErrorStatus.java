package io.sluice.admin;

import io.sluice.model.Code;

/** Which HTTP status a request gets that was not done. Stateless. */
public final class ErrorStatus {
  private ErrorStatus() {}

  /** The status of a code. */
  public static int of(Code code) {
    return switch (code) {
      case INVALID_JSON,
          UNKNOWN_ACTION,
          MISSING_FIELD,
          INVALID_FIELD,
          INVALID_CHANNEL,
          INVALID_FILTER,
          INVALID_CREDIT,
          INVALID_POSITION,
          NO_FEED ->
          400;
      case FORBIDDEN, INVALID_TOKEN, POLICY_NOT_ALLOWED -> 403;
      case ALREADY_SUBSCRIBED, NOT_SUBSCRIBED, PRESENCE_OFF, HOLD_LOST, GAP -> 409;
      case TOO_LARGE -> 413;
      case SUBSCRIPTION_LIMIT, FILTER_LIMIT, HOLD_FULL -> 429;
      case CHANNEL_LIMIT,
          CHANNEL_FULL,
          MEMORY_LIMIT,
          BUSY,
          TOKEN_UNCHECKED,
          BROKER_UNAVAILABLE,
          SHUTTING_DOWN ->
          503;
    };
  }
}
