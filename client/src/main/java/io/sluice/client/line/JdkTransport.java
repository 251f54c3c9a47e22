package io.sluice.client.line;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The JDK's WebSocket as a {@link Transport}. Immutable. */
public final class JdkTransport implements Transport {
  /** The engine gives up first; the JDK only cleans up behind it. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final URI uri;
  private final @Nullable String subprotocol;
  private final Duration timeout;
  private final LineBounds bounds;
  private final HttpClient http;
  private final ScheduledExecutorService scheduler;
  private final Executor callbacks;

  /**
   * Makes sure that there is something to connect to.
   *
   * @param like how it should look
   * @throws IllegalArgumentException if it does not
   */
  public static void check(URI uri, String like) {
    String scheme = uri.getScheme();
    if (uri.getHost() == null || !("ws".equals(scheme) || "wss".equals(scheme))) {
      throw new IllegalArgumentException("not an address like " + like);
    }
  }

  /**
   * To one address.
   *
   * @param subprotocol what is offered; null for nothing
   * @param timeout how long opening may take
   * @param bounds how much may be on its way
   * @param callbacks where it may be waited
   */
  public JdkTransport(
      URI uri,
      @Nullable String subprotocol,
      Duration timeout,
      LineBounds bounds,
      HttpClient http,
      ScheduledExecutorService scheduler,
      Executor callbacks) {
    this.uri = uri;
    this.subprotocol = subprotocol;
    this.timeout = timeout;
    this.bounds = bounds;
    this.http = http;
    this.scheduler = scheduler;
    this.callbacks = callbacks;
  }

  @Override
  public Line open(String token, Ear ear) {
    JdkLine line = new JdkLine(ear, bounds, scheduler);
    try {
      WebSocket.Builder builder = http.newWebSocketBuilder();
      CompletableFuture<WebSocket> unused =
          (subprotocol == null ? builder : builder.subprotocols(subprotocol))
              .connectTimeout(timeout.plus(GRACE))
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
      Refused refused = new Refused(http, callbacks, uri, token);
      refused.tell(refusal.getResponse(), ear);
    } else {
      ear.unopened(cause);
    }
  }
}
