package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Turns what Netty decoded into what a route sees. Stateless. */
final class HttpCalls {
  private HttpCalls() {}

  static HttpCall of(Channel channel, HttpRequest request, Target target, byte[] body) {
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
        remote(channel),
        channel.remoteAddress() instanceof InetSocketAddress socket
            && AddressKey.isLoopback(socket.getAddress()));
  }

  /** The peer's address and port, for logs. */
  static String remote(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress socket
        ? socket.getAddress().getHostAddress() + ":" + socket.getPort()
        : String.valueOf(channel.remoteAddress());
  }
}
