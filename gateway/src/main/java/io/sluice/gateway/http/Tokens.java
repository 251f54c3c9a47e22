package io.sluice.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The token of a request. It may come in three ways at once, as a browser that reconnects through
 * two libraries does, but must then be the same: with two different ones nobody could say who is
 * speaking.
 *
 * @param token the one token; null if there is none, or several
 * @param contradictory whether there are several
 */
record Tokens(@Nullable String token, boolean contradictory) {
  private static final String BEARER = "bearer ";

  /** Finds it; an empty one counts as none. */
  static Tokens of(Target target, HttpHeaders headers, List<String> fromProtocols) {
    Set<String> tokens = new LinkedHashSet<>(target.all("token"));
    tokens.addAll(fromProtocols);
    for (String value : headers.getAll(HttpHeaderNames.AUTHORIZATION)) {
      if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        tokens.add(value.substring(BEARER.length()).strip());
      }
    }
    tokens.remove("");
    return new Tokens(tokens.size() == 1 ? tokens.iterator().next() : null, tokens.size() > 1);
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "Tokens[" + (contradictory ? "several" : token == null ? "none" : "one") + "]";
  }
}
