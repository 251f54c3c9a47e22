package io.sluice.client.line;

import io.sluice.model.ClientCode;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import io.sluice.model.Scalar;
import io.sluice.protocol.json.JsonPayload;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Why an upgrade was refused. The JDK keeps the body of the answer to itself, which names the code;
 * so the same is asked once more without upgrading, as clients in browsers do. If the second answer
 * is another, or none, the status of the first has to do. Immutable.
 */
final class Refused {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int MOST_BYTES = 8 << 10;
  private static final int MOST_SECONDS = 3_600;

  private final HttpClient http;
  private final Executor waiting;
  private final URI uri;
  private final String token;

  /**
   * The question.
   *
   * @param waiting where it may be waited for the answer
   * @param uri the address that was to be upgraded
   */
  Refused(HttpClient http, Executor waiting, URI uri, String token) {
    this.http = http;
    this.waiting = waiting;
    this.uri = URI.create(uri.toString().replaceFirst("^ws", "http"));
    this.token = token;
  }

  /** Tells the ear, once the reason is known as well as it can be. */
  void tell(HttpResponse<?> refusal, Transport.Ear ear) {
    int status = refusal.statusCode();
    long wait = retryAfter(refusal);
    if (status == Refusal.OVERLOAD.status()) {
      // Whoever has too much to do is not asked why.
      ear.refused(status, byStatus(status), wait);
      return;
    }
    CompletableFuture<Void> unused =
        ask(status).thenAccept(code -> ear.refused(status, code, wait));
  }

  /** The code; never fails. */
  private CompletableFuture<String> ask(int status) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", "Bearer " + token)
            .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
        .thenApplyAsync(answer -> code(answer, status), waiting)
        .exceptionally(trouble -> byStatus(status));
  }

  private static String code(HttpResponse<InputStream> answer, int status) {
    try (InputStream body = answer.body()) {
      String code = answer.statusCode() == status ? code(body.readNBytes(MOST_BYTES)) : null;
      return code == null ? byStatus(status) : code;
    } catch (IOException e) {
      return byStatus(status);
    }
  }

  private static @Nullable String code(byte[] body) {
    JsonPayload json = JsonPayload.parse(body, Limits.Json.DEFAULTS);
    return json != null && json.readFields().get("error.code") instanceof Scalar.Text text
        ? text.value()
        : null;
  }

  /** The commonest reason for a status. */
  private static String byStatus(int status) {
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
