package io.sluice.gateway.http;

import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which page or endpoint lives at a path. Immutable. */
final class Router {
  private final Map<String, Map<String, HttpHandler>> exact = new HashMap<>();
  private final List<Prefix> prefixes = new ArrayList<>();
  private final Map<String, Endpoint> endpoints = new HashMap<>();
  private final Map<String, StreamEndpoint> streams = new HashMap<>();

  private record Prefix(String path, Map<String, HttpHandler> byMethod) {}

  /**
   * A router.
   *
   * @throws IllegalArgumentException if two would answer the same
   */
  Router(List<HttpRoute> routes, List<Endpoint> endpoints) {
    for (HttpRoute route : routes) {
      Map<String, HttpHandler> byMethod = route.prefix() ? prefix(route) : exactly(route);
      if (byMethod.put(route.method(), route.handler()) != null) {
        throw new IllegalArgumentException("two routes for " + route.method() + route.path());
      }
    }
    prefixes.sort(Comparator.comparingInt((Prefix prefix) -> prefix.path().length()).reversed());
    for (Endpoint endpoint : endpoints) {
      for (String path : endpoint.paths()) {
        if (this.endpoints.put(path, endpoint) != null) {
          throw new IllegalArgumentException("two endpoints at " + path);
        }
      }
      endpoint.streams().forEach(this::add);
    }
  }

  private void add(StreamEndpoint stream) {
    String path = stream.path();
    if (streams.put(path, stream) != null || endpoints.containsKey(path) || page(path) != null) {
      throw new IllegalArgumentException("two answers at " + path);
    }
  }

  /** What answers at this path with a response that goes on, or null. */
  @Nullable StreamEndpoint stream(String path) {
    return streams.get(path);
  }

  private Map<String, HttpHandler> exactly(HttpRoute route) {
    return exact.computeIfAbsent(route.path(), path -> new TreeMap<>());
  }

  private Map<String, HttpHandler> prefix(HttpRoute route) {
    for (Prefix prefix : prefixes) {
      if (prefix.path().equals(route.path())) {
        return prefix.byMethod();
      }
    }
    Prefix prefix = new Prefix(route.path(), new TreeMap<>());
    prefixes.add(prefix);
    return prefix.byMethod();
  }

  /** What is spoken at this path, or null. */
  @Nullable Endpoint endpoint(String path) {
    return endpoints.get(path);
  }

  /** What answers at this path, by method; null if nothing does. */
  @Nullable Map<String, HttpHandler> page(String path) {
    Map<String, HttpHandler> byMethod = exact.get(path);
    if (byMethod != null) {
      return byMethod;
    }
    for (Prefix prefix : prefixes) {
      if (path.startsWith(prefix.path())) {
        return prefix.byMethod();
      }
    }
    return null;
  }
}
