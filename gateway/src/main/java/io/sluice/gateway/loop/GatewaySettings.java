package io.sluice.gateway.loop;

import io.sluice.gateway.wire.SocketKind;

/**
 * How the gateway uses the machine.
 *
 * @param loops event loops, each with a lane of its own; 1 or more
 * @param sockets the machine's way to sockets
 * @param backlog connections the kernel keeps until they are accepted; it may keep fewer
 */
public record GatewaySettings(int loops, SocketKind sockets, int backlog) {
  /** Checks the number of loops. */
  public GatewaySettings {
    if (loops < 1) {
      throw new IllegalArgumentException("there must be an event loop");
    }
  }

  /** One loop for each processor, and the fastest sockets there are. */
  public static GatewaySettings defaults() {
    return new GatewaySettings(
        Runtime.getRuntime().availableProcessors(), SocketKind.best(), 1_024);
  }
}
