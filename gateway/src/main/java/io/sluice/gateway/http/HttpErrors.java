package io.sluice.gateway.http;

import io.sluice.protocol.json.JsonWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The one form of an error over HTTP: {@code {"error": {"code", "message", "details",
 * "request_id"}}}. The code is the exact reason; {@code details.kind} is one of the nine words that
 * the founding documents know, told from the status, and {@code details.field} the part of the
 * request that is meant. Stateless.
 */
public final class HttpErrors {
  /** Seconds after which what was refused for want of room is worth another try. */
  static final String RETRY_AFTER = "5";

  /** The longest request id of a client's that is echoed. */
  static final int MAX_REQUEST_ID = 64;

  private HttpErrors() {}

  /**
   * An error that a route answers; the connection stays.
   *
   * @param field the member or parameter that is meant; null if none is
   */
  public static HttpAnswer answer(
      HttpCall call, int status, String code, String message, @Nullable String field) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", "application/json");
    if (isWorthARetry(status)) {
      headers.put("Retry-After", RETRY_AFTER);
    }
    String id = requestId(call.header("x-request-id"));
    return new HttpAnswer(status, headers, body(status, code, message, field, id));
  }

  static boolean isWorthARetry(int status) {
    return status == 503 || status == 429;
  }

  static byte[] body(
      int status, String code, String message, @Nullable String field, String requestId) {
    JsonWriter out = new JsonWriter();
    out.raw("{\"error\":{\"code\":").string(code).raw(",\"message\":").string(message);
    out.raw(",\"details\":{\"kind\":\"").raw(kind(status)).raw('"');
    if (field != null) {
      out.raw(",\"field\":").string(field);
    }
    return out.raw("},\"request_id\":").string(requestId).raw("}}").take();
  }

  private static String kind(int status) {
    return switch (status) {
      case 401 -> "unauthorized";
      case 403 -> "forbidden";
      case 404 -> "not_found";
      case 409 -> "conflict";
      case 429 -> "rate_limited";
      case 503 -> "service_unavailable";
      default -> status < 500 ? "invalid_request" : "internal_error";
    };
  }

  /** The client's own name for its request where it is a plain one, else a new one. */
  static String requestId(@Nullable String given) {
    if (given != null && isPlain(given)) {
      return given;
    }
    return newRequestId();
  }

  static String newRequestId() {
    return "%016x".formatted(ThreadLocalRandom.current().nextLong());
  }

  private static boolean isPlain(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_REQUEST_ID
        && id.chars().allMatch(HttpErrors::isPlain);
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }
}
