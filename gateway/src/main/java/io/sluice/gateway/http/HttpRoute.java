package io.sluice.gateway.http;

/**
 * A page of the server: what answers one method at one path, or at everything below a path. A route
 * for GET answers HEAD as well. Between prefixes the longest wins, and an exact path before them.
 *
 * @param method the method, in capitals
 * @param path decoded, beginning with a slash; a prefix ends with one
 * @param prefix whether everything that begins with the path is meant
 * @param handler answers
 */
public record HttpRoute(String method, String path, boolean prefix, HttpHandler handler) {
  /** Checks the path. */
  public HttpRoute {
    if (!path.startsWith("/") || (prefix && !path.endsWith("/"))) {
      throw new IllegalArgumentException("not a route: " + path);
    }
  }

  /** A route for exactly this path. */
  public static HttpRoute at(String method, String path, HttpHandler handler) {
    return new HttpRoute(method, path, false, handler);
  }

  /** A route for everything below this path. */
  public static HttpRoute below(String method, String path, HttpHandler handler) {
    return new HttpRoute(method, path, true, handler);
  }
}
