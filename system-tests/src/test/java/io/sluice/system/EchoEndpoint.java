package io.sluice.system;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends every message back, as the conformance suite wants it. Any event loop. */
final class EchoEndpoint implements Endpoint {
  @Override
  public List<String> paths() {
    return List.of("/echo");
  }

  @Override
  public @Nullable String subprotocol(List<String> offered) {
    return null;
  }

  @Override
  public boolean needsToken() {
    return false;
  }

  @Override
  public Dialog open(Connection connection, Welcome welcome) {
    return new Echo(connection);
  }

  private record Echo(Connection connection) implements Dialog {
    @Override
    public void text(ByteBuf message, Moment now) {
      connection.send(false, message);
    }

    @Override
    public void binary(ByteBuf message, Moment now) {
      connection.send(true, message);
    }

    @Override
    public byte[] encode(Event event) {
      throw new IllegalStateException("an echo has no events");
    }

    @Override
    public void closed(CloseReason reason) {
      // Nothing was held.
    }
  }
}
