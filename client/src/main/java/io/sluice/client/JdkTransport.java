package io.sluice.client;

import io.sluice.protocol.nexus.NexusGrammar;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The JDK's WebSocket as a {@link Transport}. Immutable. */
final class JdkTransport implements Transport {
  /** The engine gives up first; the JDK only cleans up behind it. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final URI uri;
  private final ClientLimits limits;
  private final ClientResources resources;

  JdkTransport(URI uri, ClientLimits limits, ClientResources resources) {
    this.uri = uri;
    this.limits = limits;
    this.resources = resources;
  }

  @Override
  public Line open(String token, Ear ear) {
    JdkLine line = new JdkLine(ear, limits.maxMessageBytes(), resources.scheduler());
    try {
      WebSocket.Builder builder = resources.http().newWebSocketBuilder();
      CompletableFuture<WebSocket> unused =
          builder
              .connectTimeout(limits.connectTimeout().plus(GRACE))
              .subprotocols(NexusGrammar.EXTENDED_SUBPROTOCOL)
              .header("Authorization", "Bearer " + token)
              .buildAsync(uri, line)
              .whenComplete(
                  (socket, trouble) -> {
                    if (trouble != null) {
                      unopened(trouble, token, ear);
                    }
                  });
    } catch (RuntimeException e) {
      // A token that cannot stand in a header, a client that has been shut down.
      ear.unopened(e);
    }
    return line;
  }

  private void unopened(Throwable trouble, String token, Ear ear) {
    Throwable cause =
        trouble instanceof CompletionException && trouble.getCause() != null
            ? trouble.getCause()
            : trouble;
    if (cause instanceof WebSocketHandshakeException refusal && refusal.getResponse() != null) {
      Refused refused = new Refused(resources.http(), resources.callbacks(), uri, token);
      refused.tell(refusal.getResponse(), ear);
    } else {
      ear.unopened(cause);
    }
  }
}
