package io.sluice.gateway.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TlsTrouble;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/**
 * Stands behind the handler of TLS, counts what goes wrong with it and keeps it from everybody
 * else: to them a line that cannot be deciphered is a line that ended. Owned by its connection's
 * event loop.
 */
final class TlsWatch extends ChannelInboundHandlerAdapter {
  private final GatewayMeter meter;
  private boolean broken;

  TlsWatch(GatewayMeter meter) {
    this.meter = meter;
  }

  /** Netty closes the channel itself when the handshake has failed. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent shaken && !shaken.isSuccess()) {
      // Who only went away has done nothing wrong.
      if (!(shaken.cause() instanceof ClosedChannelException)) {
        boolean plain = shaken.cause() instanceof NotSslRecordException;
        meter.count(plain ? TlsTrouble.PLAINTEXT : TlsTrouble.HANDSHAKE);
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof DecoderException) || !(cause.getCause() instanceof SSLException)) {
      ctx.fireExceptionCaught(cause);
    } else if (!Tls.isShaking(ctx.channel()) && !broken) {
      broken = true;
      meter.count(TlsTrouble.RECORD);
      Tls.cut(ctx.channel());
    }
  }
}
