package io.sluice.server.auth;

import io.sluice.model.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a key set over HTTP. Owner: any thread; immutable but for the client, which guards
 * itself. Waiting happens on virtual threads, so no event loop ever does. Redirects are not
 * followed: they would lead away from the address that was configured.
 */
final class KeyServer implements CachedKeys.Source, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyServer.class);

  private final URI address;
  private final Limits.Token limits;
  private final HttpClient client;

  KeyServer(URI address, Limits.Token limits) {
    this.address = address;
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(limits.jwks().timeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  @Override
  public CompletionStage<KeySet> fetch() {
    CompletableFuture<KeySet> answer = new CompletableFuture<>();
    Thread.ofVirtual().name("sluice-jwks").start(() -> fetchInto(answer));
    return answer;
  }

  private void fetchInto(CompletableFuture<KeySet> answer) {
    try {
      answer.complete(KeyText.read(get(), limits.keys()));
    } catch (IOException | KeyFormatException | TimeoutException e) {
      LOG.warn("No keys from {}: {}", address, String.valueOf(e.getMessage()));
      answer.completeExceptionally(e);
    } catch (InterruptedException | RuntimeException e) {
      // A bug must not leave upgrades waiting for an answer that never comes.
      LOG.error("Fetching keys from {} broke", address, e);
      answer.completeExceptionally(e);
    }
  }

  private String get() throws IOException, InterruptedException, TimeoutException {
    HttpRequest request =
        HttpRequest.newBuilder(address).header("Accept", "application/json").GET().build();
    // The request's own timeout ends with the headers; this one covers a body that trickles.
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.jwks().bytes()));
    try {
      HttpResponse<byte[]> response =
          exchange.get(limits.jwks().timeout().toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      return new String(response.body(), StandardCharsets.UTF_8);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new TimeoutException("no answer within " + limits.jwks().timeout());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
