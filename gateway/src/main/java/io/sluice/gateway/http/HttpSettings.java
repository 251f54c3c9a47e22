package io.sluice.gateway.http;

import io.sluice.gateway.Endpoint;
import java.util.List;
import java.util.Set;

/**
 * What is to be found behind the door, and who may ask.
 *
 * @param routes the pages
 * @param endpoints what is spoken where as WebSocket; a path may also be a page's
 * @param development whether this is development mode: pages on this machine may connect, and only
 *     by a name of this machine
 * @param allowedOrigins pages that may connect beside those of the same host, as a browser writes
 *     them ({@code https://example.org}); {@code *} for all
 * @param trustedProxies whose word for a client's address is taken
 * @param secure whether TLS is spoken
 */
public record HttpSettings(
    List<HttpRoute> routes,
    List<Endpoint> endpoints,
    boolean development,
    Set<String> allowedOrigins,
    List<Network> trustedProxies,
    boolean secure) {
  /** Takes copies. */
  public HttpSettings {
    routes = List.copyOf(routes);
    endpoints = List.copyOf(endpoints);
    allowedOrigins = Set.copyOf(allowedOrigins);
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** Without TLS and proxies. */
  public HttpSettings(
      List<HttpRoute> routes,
      List<Endpoint> endpoints,
      boolean development,
      Set<String> allowedOrigins) {
    this(routes, endpoints, development, allowedOrigins, List.of(), false);
  }
}
