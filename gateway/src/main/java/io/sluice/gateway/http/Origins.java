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
   * @param host what the client asked for; null if nothing
   * @param spoken the scheme in which it asked; null if nobody knows
   */
  boolean admits(List<String> origins, @Nullable String host, @Nullable String spoken) {
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
    return (host != null && isSame(origin.substring(0, scheme), authority, spoken, host))
        || (development && isLoopbackName(authority));
  }

  /**
   * A browser leaves the scheme's own port out of both, a proxy may have put it into one. Where it
   * is not known in which scheme we were asked, it is taken to be the page's.
   */
  private static boolean isSame(
      String scheme, String authority, @Nullable String spoken, String host) {
    String ours = spoken == null ? scheme : spoken;
    return (scheme.equals("http") || scheme.equals("https"))
        && withPort(scheme, authority).equals(withPort(ours, lower(host)));
  }

  private static String withPort(String scheme, String authority) {
    boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
    return hasPort ? authority : authority + (scheme.equals("https") ? ":443" : ":80");
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
