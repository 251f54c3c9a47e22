package io.sluice.gateway.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.gateway.GatewayMeter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets accepting rest for a second when it fails, which for a listening socket means that there are
 * no descriptors left: the peers wait in the kernel's backlog, the loop does not spin. Owned by the
 * accepting loop.
 *
 * <p>The failure ends here. Netty's own acceptor would rest as well, but then hands it on to be
 * logged at large, and what the JDK opens a file for then (time zones, classes) fails in ways that
 * end the loop.
 */
final class AcceptWatch extends ChannelInboundHandlerAdapter {
  private static final long REST_SECONDS = 1;
  private static final Logger LOG = LoggerFactory.getLogger(AcceptWatch.class);

  private final GatewayMeter meter;

  AcceptWatch(GatewayMeter meter) {
    this.meter = meter;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Channel listener = ctx.channel();
    if (!listener.config().isAutoRead()) {
      return;
    }
    meter.countAcceptPause();
    listener.config().setAutoRead(false);
    Future<?> _ =
        listener
            .eventLoop()
            .schedule(() -> listener.config().setAutoRead(true), REST_SECONDS, TimeUnit.SECONDS);
    report(cause);
  }

  private static void report(Throwable cause) {
    try {
      LOG.warn("cannot accept, trying again in a second: {}", cause.toString());
    } catch (LinkageError noDescriptorForAClass) {
      // It is counted; to go on accepting matters more than to say so.
    }
  }
}
