package io.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a route answers. Length, connection and the like are the door's own affair.
 *
 * @param status the HTTP status, 200 to 599
 * @param headers more headers, {@code Content-Type} among them
 * @param body left out if the request was a HEAD; nobody writes to it
 * @param settled told, on any thread, when all of it has left, or never will: until then its bytes
 *     are held
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, copied by nobody
public record HttpAnswer(int status, Map<String, String> headers, byte[] body, Runnable settled)
    implements HttpReply {
  /** Checks the status: an informational one would not end the exchange. */
  public HttpAnswer {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("not a final status: " + status);
    }
    headers = Map.copyOf(headers);
  }

  /** One of which nobody wants to know when it has left. */
  public HttpAnswer(int status, Map<String, String> headers, byte[] body) {
    this(status, headers, body, () -> {});
  }

  /** Text of some kind, in UTF-8. */
  public static HttpAnswer of(int status, String contentType, String body) {
    return new HttpAnswer(status, Map.of("Content-Type", contentType), body.getBytes(UTF_8));
  }

  /** This answer, at once. */
  public CompletionStage<HttpReply> now() {
    return CompletableFuture.completedFuture(this);
  }
}
