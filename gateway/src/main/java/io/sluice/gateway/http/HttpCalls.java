package io.sluice.gateway.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Turns what Netty decoded into what a route sees. Stateless. */
final class HttpCalls {
  private HttpCalls() {}

  static HttpCall of(Sender sender, HttpRequest request, Target target, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      headers.merge(
          header.getKey().toLowerCase(Locale.ROOT),
          header.getValue(),
          (before, more) -> before + ", " + more);
    }
    HttpMethod method = request.method();
    return new HttpCall(
        method.equals(HttpMethod.HEAD) ? "GET" : method.name(),
        target.path(),
        target.query(),
        headers,
        body,
        sender.shown(),
        sender.local());
  }
}
