package io.sluice.cli.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Owner: the command's thread. Asks the server's {@code /stats} what its process costs. */
public final class StatsPage implements Sample.Source, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI page;
  private final Supplier<String> tokens;

  /** Asks this page, with a token. */
  public StatsPage(URI page, Supplier<String> tokens) {
    this.page = page;
    this.tokens = tokens;
  }

  @Override
  public @Nullable Sample take() {
    HttpRequest request =
        HttpRequest.newBuilder(page)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + tokens.get())
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? read(answer.body()) : null;
    } catch (IOException | JacksonException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static @Nullable Sample read(String body) {
    JsonNode process = JsonMapper.shared().readTree(body).path("process");
    long cpu = process.path("cpuNanos").asLong(-1);
    return cpu < 0 ? null : new Sample(cpu, process.path("residentBytes").asLong(0), "/stats");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
