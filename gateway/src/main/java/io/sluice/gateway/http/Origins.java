package io.sluice.gateway.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may connect, and by which names this machine may be called. Immutable.
 *
 * @param development whether this is development mode: loopback pages and {@code null} may connect,
 *     and the Host header must name this machine, else a foreign page could reach it by a name that
 *     resolves to it (DNS rebinding)
 * @param allowed origins that may connect, written exactly as a browser does; {@code *} for all
 */
record Origins(boolean development, Set<String> allowed) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String ANY = "*";

  Origins {
    allowed = Set.copyOf(allowed);
  }

  /**
   * Whether a request with these Origin headers may open a WebSocket.
   *
   * @param origins all there are; a program sends none
   * @param host the Host header; null if there is none
   */
  boolean admits(List<String> origins, @Nullable String host) {
    if (origins.isEmpty()) {
      return true;
    }
    if (origins.size() > 1) {
      return false;
    }
    String origin = origins.getFirst();
    if (allowed.contains(ANY) || allowed.contains(origin)) {
      return true;
    }
    if (origin.equals("null")) {
      return development;
    }
    int scheme = origin.indexOf("://");
    if (scheme <= 0) {
      return false;
    }
    String authority = origin.substring(scheme + 3);
    return (host != null && isSame(origin.substring(0, scheme), authority, host))
        || (development && isLoopbackName(authority));
  }

  /** A browser leaves the scheme's own port out of both, a proxy may have put it into one. */
  private static boolean isSame(String scheme, String authority, String host) {
    String port =
        switch (scheme) {
          case "http" -> ":80";
          case "https" -> ":443";
          default -> "";
        };
    return !port.isEmpty() && without(port, authority).equals(without(port, lower(host)));
  }

  private static String without(String port, String authority) {
    return authority.endsWith(port)
        ? authority.substring(0, authority.length() - port.length())
        : authority;
  }

  /** Whether a Host header names this machine where it must. */
  boolean admitsHost(@Nullable String host) {
    return !development || (host != null && isLoopbackName(host));
  }

  /** Whether {@code name} or {@code name:port} is the loopback's. */
  private static boolean isLoopbackName(String authority) {
    int end = authority.lastIndexOf(']') + 1;
    int colon = authority.indexOf(':', end);
    String name = colon < 0 ? authority : authority.substring(0, colon);
    return LOOPBACK.contains(lower(name)) && (colon < 0 || isPort(authority.substring(colon + 1)));
  }

  private static boolean isPort(String text) {
    return text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
