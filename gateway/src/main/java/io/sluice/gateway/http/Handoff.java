package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.sluice.gateway.Endpoint;

/** Where a connection goes that has become a WebSocket. */
@FunctionalInterface
public interface Handoff {
  /**
   * Takes the connection over. Called on its event loop, after the 101 has been written; none of
   * the door's handlers hears of the connection any more. Bytes that came behind the upgrade are
   * read, in order, by the handlers that this call adds at the end of the pipeline.
   *
   * @param deflates whether permessage-deflate was agreed
   */
  void adopt(Channel channel, Endpoint endpoint, Endpoint.Welcome welcome, boolean deflates);
}
