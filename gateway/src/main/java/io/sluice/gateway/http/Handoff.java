package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;

/**
 * Where a connection goes that has become a WebSocket, or whose response goes on. It is called on
 * the connection's event loop, after the response's head has been written; none of the door's
 * handlers hears of the connection any more. Bytes that came behind the request are read, in order,
 * by the handlers that are added at the end of the pipeline.
 */
public interface Handoff {
  /**
   * Takes over a WebSocket.
   *
   * @param deflates whether permessage-deflate was agreed
   */
  void adopt(Channel channel, Endpoint endpoint, Endpoint.Welcome welcome, boolean deflates);

  /**
   * Takes over a connection whose response is to be written from here on.
   *
   * @param listens whether the request's body is still to come: its bytes, freed of what HTTP puts
   *     around them, are read by the handler that is added, and behind them comes a {@link
   *     RequestEnd}
   */
  void respond(
      Channel channel,
      StreamEndpoint.Reading.Answered request,
      boolean listens,
      Endpoint.Welcome welcome);
}
