package io.sluice.gateway.loop;

import io.sluice.gateway.tls.Tls;
import io.sluice.gateway.wire.SocketKind;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway uses the machine.
 *
 * @param loops event loops, each with a lane of its own; 1 or more
 * @param sockets the machine's way to sockets
 * @param backlog connections the kernel keeps until they are accepted; it may keep fewer
 * @param tls for sockets behind TLS, and for no others; closed by whoever made it
 */
public record GatewaySettings(int loops, SocketKind sockets, int backlog, @Nullable Tls tls) {
  /** Checks the number of loops, and that kind and TLS go together. */
  public GatewaySettings {
    if (loops < 1) {
      throw new IllegalArgumentException("there must be an event loop");
    }
    if (sockets.isSecured() != (tls != null)) {
      throw new IllegalArgumentException("sockets behind TLS need one, others none");
    }
  }

  /** Without TLS. */
  public GatewaySettings(int loops, SocketKind sockets, int backlog) {
    this(loops, sockets, backlog, null);
  }

  /** One loop for each processor, and the fastest sockets there are. */
  public static GatewaySettings defaults() {
    return new GatewaySettings(
        Runtime.getRuntime().availableProcessors(), SocketKind.best(), 1_024);
  }
}
