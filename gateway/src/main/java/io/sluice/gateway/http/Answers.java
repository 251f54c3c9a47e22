package io.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.model.Refusal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the door's answers: the only place here that writes to a socket. Stateless. */
final class Answers {
  private Answers() {}

  /**
   * A refusal, after which the connection closes.
   *
   * @param crossOrigin what it must say to a page of another origin
   */
  static ChannelFuture refuse(
      Channel channel,
      Decision.Refuse refuse,
      Map<String, String> crossOrigin,
      String requestId,
      boolean withBody) {
    Refusal refusal = refuse.refusal();
    byte[] body = HttpErrors.body(refusal.status(), refusal.text(), refuse.why(), null, requestId);
    HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    refuse.headers().forEach(headers::set);
    crossOrigin.forEach(headers::set);
    headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    if (refusal.status() == 401) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    if (HttpErrors.isWorthARetry(refusal.status())) {
      headers.set(HttpHeaderNames.RETRY_AFTER, HttpErrors.RETRY_AFTER);
    }
    if (refuse.headers().containsKey("Upgrade")) {
      headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    }
    return write(channel, refusal.status(), headers, body, withBody, false);
  }

  /** What a route answered. */
  static ChannelFuture answer(
      Channel channel, HttpAnswer answer, boolean withBody, boolean keepAlive) {
    HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    try {
      answer.headers().forEach(headers::set);
    } catch (IllegalArgumentException badHeader) {
      answer.settled().run();
      throw badHeader;
    }
    return write(channel, answer.status(), headers, answer.body(), withBody, keepAlive)
        .addListener(done -> answer.settled().run());
  }

  private static ChannelFuture write(
      Channel channel,
      int status,
      HttpHeaders headers,
      byte[] body,
      boolean withBody,
      boolean keepAlive) {
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    if (!keepAlive) {
      headers.add(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    HttpResponseStatus line = HttpResponseStatus.valueOf(status);
    HttpHeaders none = DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders();
    if (withBody) {
      ByteBuf content = Unpooled.wrappedBuffer(body);
      return channel.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, line, content, headers, none));
    }
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, line, headers);
    ChannelFuture _ = channel.write(head);
    return channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  /** The other half of RFC 6455's opening handshake. */
  static ChannelFuture switchProtocols(
      Channel channel, Upgrade upgrade, @Nullable String protocol, @Nullable String extensions) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, upgrade.accept());
    if (protocol != null) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    if (extensions != null) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, extensions);
    }
    return channel.writeAndFlush(response);
  }

  /**
   * The head of a response that goes on, and is the last of its connection. Nobody on the way may
   * keep it or wait for its end.
   */
  static ChannelFuture beginStream(
      Channel channel, String contentType, boolean chunked, Map<String, String> crossOrigin) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    HttpHeaders headers = head.headers();
    crossOrigin.forEach(headers::set);
    headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
    headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Accel-Buffering", "no");
    if (chunked) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return channel.writeAndFlush(head);
  }

  /** Asks for the body of a request that waits to be asked. */
  static void proceed(Channel channel) {
    ChannelFuture _ =
        channel.writeAndFlush(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
  }
}
