package io.sluice.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Hands a request's body on while the response has begun: its bytes, and behind them that it has
 * ended, or that nobody can tell where. What comes after it belongs to no request. Owned by the
 * connection's event loop.
 *
 * @see RequestEnd
 */
final class BodyHandler extends ChannelInboundHandlerAdapter {
  private final RequestDecoder decoder;
  private boolean ended;

  BodyHandler(RequestDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * From here on the body is handed on to the handlers behind.
   *
   * @param came whether it has come already, and had no bytes
   */
  static void follow(ChannelPipeline pipeline, RequestDecoder decoder, boolean came)
      throws Exception {
    BodyHandler rest = new BodyHandler(decoder);
    ChannelHandlerContext before = pipeline.context(decoder);
    pipeline.addAfter(before.name(), null, rest);
    if (came) {
      rest.channelRead(pipeline.context(rest), LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      decoder.goOn(before);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (ended || !(message instanceof HttpContent content)) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      end(ctx, RequestEnd.BROKEN);
      return;
    }
    ctx.fireChannelRead(content.content());
    if (content instanceof LastHttpContent) {
      end(ctx, RequestEnd.WHOLE);
    }
  }

  private void end(ChannelHandlerContext ctx, RequestEnd how) throws Exception {
    ended = true;
    decoder.discard(ctx.pipeline().context(decoder));
    ctx.fireUserEventTriggered(how);
  }
}
