package io.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.gateway.Gathering;
import io.sluice.model.Limits;
import java.util.List;

/**
 * Netty's decoder, one request at a time: behind a whole request it stops and keeps the bytes until
 * {@link #next}, so that requests are answered in order and exactly once; if the request was an
 * upgrade, the bytes go to whoever is there when the decoder is removed. Owned by its connection's
 * event loop.
 */
final class RequestDecoder extends HttpRequestDecoder {
  private final HeadGuard guard = new HeadGuard();
  private boolean inHead = true;
  private boolean waiting;
  private boolean whole;
  private boolean decoding;
  private boolean discarding;

  RequestDecoder(Limits.Http limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLineBytes())
            .setMaxHeaderSize(limits.headerBytes())
            .setMaxChunkSize(limits.bodyBytes())
            .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory().withValidation(true))
            .setTrailersFactory(DefaultHttpHeadersFactory.trailersFactory().withValidation(true))
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    setCumulator(Gathering.CUMULATOR);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    decoding = true;
    try {
      super.channelRead(ctx, msg);
    } finally {
      decoding = false;
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (discarding) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    if (waiting) {
      return;
    }
    int from = buffer.readerIndex();
    int before = out.size();
    super.decode(ctx, buffer, out);
    if (inHead) {
      guard.watch(buffer, from, buffer.readerIndex());
    }
    for (Object decoded : out.subList(before, out.size())) {
      take(decoded);
    }
  }

  private void take(Object decoded) {
    if (decoded instanceof HttpRequest request) {
      if (guard.isBroken() && request.decoderResult().isSuccess()) {
        request.setDecoderResult(DecoderResult.failure(new AmbiguousHeadException()));
      }
      inHead = false;
    }
    whole |= decoded instanceof LastHttpContent;
    waiting |= whole;
  }

  /** The bytes that are left belong to nobody yet: at the end of the line they are no request. */
  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (!waiting && !discarding) {
      super.decodeLast(ctx, buffer, out);
    }
  }

  /** Behind a head: the bytes of the body are kept until {@link #goOn}. */
  void hold() {
    waiting = true;
  }

  /** Goes on with the body of the request whose head has been seen. */
  void goOn(ChannelHandlerContext self) throws Exception {
    waiting = whole;
    if (!decoding) {
      channelRead(self, Unpooled.EMPTY_BUFFER);
      channelReadComplete(self);
    }
  }

  /** The request has been answered: goes on with the next one, perhaps inside this call. */
  void next(ChannelHandlerContext self) throws Exception {
    waiting = false;
    whole = false;
    inHead = true;
    guard.reset();
    if (!decoding) {
      channelRead(self, Unpooled.EMPTY_BUFFER);
      channelReadComplete(self);
    }
  }

  /** The last answer has been given: whatever comes is thrown away. */
  void discard(ChannelHandlerContext self) throws Exception {
    discarding = true;
    if (!decoding) {
      channelRead(self, Unpooled.EMPTY_BUFFER);
    }
  }

  /** A head that could be read in two ways. */
  private static final class AmbiguousHeadException extends RuntimeException {
    AmbiguousHeadException() {
      super("ambiguous head", null, false, false);
    }
  }
}
