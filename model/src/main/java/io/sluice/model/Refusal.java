package io.sluice.model;

/**
 * Why an HTTP request, an upgrade among them, was refused. The body is {@code {"error": {"code",
 * "message", "details", "request_id"}}}; the metric {@code sluice_refused_total} counts by {@link
 * #text}. The table is printed into {@code docs/errors.md} by a test.
 */
public enum Refusal {
  BAD_REQUEST("bad_request", 400, "The request is not well-formed HTTP/1.1.", "Correct it."),
  BAD_UPGRADE(
      "bad_upgrade",
      400,
      "An upgrade header is missing, doubled or wrong.",
      "Use a conforming WebSocket library."),
  BAD_PATH("bad_path", 400, "The path has .., %2e, //, a NUL or a stray escape.", "Normalise it."),
  BAD_FORWARDED(
      "bad_forwarded",
      400,
      "A trusted proxy names the client in a header that cannot be read.",
      "Mend what the proxy writes into X-Forwarded-For, -Proto, -Host or Forwarded."),
  NO_TOKEN(
      "no_token",
      401,
      "No token, and no API key where one is taken, came with the request.",
      "Add Authorization: Bearer; an upgrade also takes ?token= and token.<JWT>."),
  BAD_TOKEN(
      "bad_token",
      403,
      "The token is malformed, expired, not yet valid, signed by another key, or names nobody.",
      "Fetch a fresh token."),
  BAD_API_KEY(
      "bad_api_key",
      403,
      "X-API-Key is none of api-keys, or another one came with the request.",
      "Send one of api-keys, in one header."),
  BAD_ORIGIN("bad_origin", 403, "The page's origin is not allowed.", "Add it to allowed-origins."),
  BAD_HOST(
      "bad_host",
      403,
      "In development mode the Host header must name this machine.",
      "Open the page by localhost or 127.0.0.1."),
  NOT_FOUND("not_found", 404, "Nothing lives at this path.", "See the paths in README."),
  METHOD("method", 405, "The path does not take this method.", "Use the documented one."),
  SLOW(
      "slow",
      408,
      "The request did not arrive within limits.connections.handshake.",
      "Send it faster."),
  BODY_TOO_LARGE(
      "body_too_large",
      413,
      "The body exceeds limits.http.bodyBytes, or limits.http.streamLines.",
      "Send a smaller one."),
  URI_TOO_LONG(
      "uri_too_long",
      414,
      "The request line exceeds limits.http.requestLineBytes.",
      "Send the token in the Authorization header."),
  NOT_AN_UPGRADE(
      "not_an_upgrade", 426, "This path speaks WebSocket.", "Send an upgrade, version 13."),
  HEADERS_TOO_LARGE(
      "headers_too_large", 431, "The headers exceed limits.http.headerBytes.", "Send fewer."),
  ADDRESS_LIMIT(
      "address_limit",
      429,
      "This address holds limits.connections.perAddress connections.",
      "Close some."),
  USER_LIMIT(
      "user_limit",
      429,
      "This user holds limits.connections.perUser WebSockets and streams.",
      "Close some."),
  BUSY(
      "busy",
      429,
      "What this session said before is not handled yet, as much as haip.pressure allows, or"
          + " haip.http.posts requests of it are under way.",
      "Retry a moment later."),
  INTERNAL("internal", 500, "A bug in the server; the log has it.", "Report it."),
  OVERLOAD(
      "overload",
      503,
      "The server holds limits.connections.total connections, or could not check a token or answer"
          + " in time.",
      "Retry after the seconds in Retry-After."),
  STOPPING("stopping", 503, "The server is stopping.", "Retry after the seconds in Retry-After.");

  private final String text;
  private final int status;
  private final String cause;
  private final String cure;

  Refusal(String text, int status, String cause, String cure) {
    this.text = text;
    this.status = status;
    this.cause = cause;
    this.cure = cure;
  }

  /** The stable code. */
  public String text() {
    return text;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What brings it about. */
  public String cause() {
    return cause;
  }

  /** What the peer can do about it. */
  public String cure() {
    return cure;
  }
}
