package io.sluice.client;

import io.sluice.model.ClientCode;
import io.sluice.model.Refusal;
import io.sluice.protocol.nexus.NexusGrammar;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The JDK's WebSocket as a {@link Transport}. Immutable. */
final class JdkTransport implements Transport {
  private static final int MOST_SECONDS = 3_600;

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
                      unopened(trouble, ear);
                    }
                  });
    } catch (RuntimeException e) {
      // A token that cannot stand in a header, a client that has been shut down.
      ear.unopened(e);
    }
    return line;
  }

  private static void unopened(Throwable trouble, Ear ear) {
    Throwable cause =
        trouble instanceof CompletionException && trouble.getCause() != null
            ? trouble.getCause()
            : trouble;
    if (cause instanceof WebSocketHandshakeException refusal && refusal.getResponse() != null) {
      HttpResponse<?> response = refusal.getResponse();
      int status = response.statusCode();
      ear.refused(status, code(status), retryAfter(response));
    } else {
      ear.unopened(cause);
    }
  }

  /** The commonest reason for a status: the JDK keeps the body, which says it, to itself. */
  private static String code(int status) {
    return switch (status) {
      case 401 -> Refusal.NO_TOKEN.text();
      case 403 -> Refusal.BAD_TOKEN.text();
      case 404 -> Refusal.NOT_FOUND.text();
      case 429 -> Refusal.USER_LIMIT.text();
      case 503 -> Refusal.OVERLOAD.text();
      default -> ClientCode.LOST.text();
    };
  }

  private static long retryAfter(HttpResponse<?> response) {
    String value = response.headers().firstValue("Retry-After").orElse("");
    if (!value.matches("\\d{1,6}")) {
      return 0;
    }
    return Duration.ofSeconds(Math.min(Integer.parseInt(value), MOST_SECONDS)).toNanos();
  }
}
