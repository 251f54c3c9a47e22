package io.sluice.server;

import io.sluice.admin.Authenticator;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.gateway.http.HttpRefusal;
import io.sluice.gateway.http.HttpReply;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.model.Moment;
import io.sluice.model.Refusal;
import io.sluice.server.metrics.Figures;
import io.sluice.server.metrics.Metrics;
import io.sluice.server.metrics.Recent;
import io.sluice.server.metrics.Stats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's own pages. Owner: any thread; what changes is guarded by {@code this}.
 *
 * <p>Figures are for this machine, or for who has a token or an API key. They are printed on
 * virtual threads, because reading the JVM's own takes longer than an event loop may.
 */
final class Pages implements AutoCloseable {
  private static final String JSON = "application/json";

  private final Authenticator authenticator;
  private final Supplier<Moment> clock;
  private final long startedNanos;
  private final ExecutorService printers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean stopping;
  private @Nullable Shown shown;
  private @Nullable Metrics metrics;

  /**
   * What there is to show.
   *
   * @param figures as they are
   * @param recent how they changed of late
   */
  private record Shown(Figures figures, Recent recent) {}

  Pages(Authenticator authenticator, Supplier<Moment> clock) {
    this.authenticator = authenticator;
    this.clock = clock;
    this.startedNanos = clock.get().nanos();
  }

  /** Has something to show from now on. */
  synchronized void show(Figures figures, Recent recent) {
    shown = new Shown(figures, recent);
  }

  List<HttpRoute> routes() {
    return List.of(
        HttpRoute.at("GET", "/health", call -> health()),
        HttpRoute.at("GET", "/health/ready", call -> ready()),
        HttpRoute.at("GET", "/metrics", call -> guarded(call, this::metrics)),
        HttpRoute.at("GET", "/stats", call -> guarded(call, this::stats)));
  }

  private static CompletionStage<HttpReply> json(int status, String body) {
    return HttpAnswer.of(status, JSON, body).now();
  }

  /** Whether the process lives, which it does while it stops; what it holds is no secret. */
  private CompletionStage<HttpReply> health() {
    String status = stopping ? "stopping" : "ok";
    Shown now = shown();
    return json(
        200,
        now == null
            ? "{\"status\":\"" + status + "\"}"
            : Stats.health(status, now.figures(), uptime()));
  }

  private Duration uptime() {
    return Duration.ofNanos(clock.get().nanos() - startedNanos);
  }

  private CompletionStage<HttpReply> ready() {
    return stopping ? json(503, "{\"status\":\"stopping\"}") : json(200, "{\"status\":\"ready\"}");
  }

  private HttpAnswer metrics(Shown now) {
    Metrics all;
    synchronized (this) {
      if (metrics == null) {
        // Only now: what it loads would double the time the server takes to start.
        metrics = new Metrics(now.figures());
      }
      all = metrics;
    }
    return HttpAnswer.of(200, Metrics.CONTENT_TYPE, all.scrape());
  }

  private HttpAnswer stats(Shown now) {
    Recent.Rates recent = now.recent().rates(clock.get());
    return HttpAnswer.of(200, JSON, Stats.print(now.figures(), recent, uptime()));
  }

  private CompletionStage<HttpReply> guarded(HttpCall call, Function<Shown, HttpAnswer> page) {
    Shown now = shown();
    if (now == null || stopping) {
      return refused(Refusal.STOPPING);
    }
    if (call.loopback()) {
      return print(now, page);
    }
    return authenticator
        .identify(call, clock.get())
        .thenCompose(
            who ->
                switch (who) {
                  case Authenticator.Result.Known _ -> print(now, page);
                  case Authenticator.Result.Unknown(Refusal refusal) -> refused(refusal);
                });
  }

  private synchronized @Nullable Shown shown() {
    return shown;
  }

  private CompletionStage<HttpReply> print(Shown now, Function<Shown, HttpAnswer> page) {
    return CompletableFuture.supplyAsync(() -> page.apply(now), printers);
  }

  private static CompletionStage<HttpReply> refused(Refusal refusal) {
    return new HttpRefusal(refusal).now();
  }

  /** Says from now on that the server is not ready. */
  void stopping() {
    stopping = true;
  }

  @Override
  public synchronized void close() {
    printers.shutdown();
    if (metrics != null) {
      metrics.close();
      metrics = null;
    }
  }
}
