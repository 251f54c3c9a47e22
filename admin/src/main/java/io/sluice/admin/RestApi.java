package io.sluice.admin;

import io.sluice.core.Meter;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.gateway.http.HttpHandler;
import io.sluice.gateway.http.HttpRefusal;
import io.sluice.gateway.http.HttpReply;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.model.Code;
import io.sluice.model.Fault;
import io.sluice.model.HaipLimits;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Everything under {@code /api/v1}. Any thread: what changes are a count and a flag.
 *
 * <p>The order of every call: is the server stopping, are too many calls in flight, who calls, what
 * does it want, may it; and only then is anything done.
 */
public final class RestApi {
  private static final String API = "/api/v1/";

  private final Parts parts;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean stopping;

  /**
   * What the API stands on.
   *
   * @param meter counts what was not done
   * @param authenticator says who calls
   * @param talks the sessions of HAIP
   * @param graphs the live graphs
   * @param namespaces how channels behave
   * @param haip how many of those sessions one answer names
   */
  public record Parts(
      Meter meter,
      Authenticator authenticator,
      Publisher publisher,
      History history,
      Presence presence,
      Connections connections,
      Talks talks,
      LiveGraphs graphs,
      ServerView view,
      Namespaces namespaces,
      Limits limits,
      HaipLimits.Http haip,
      Supplier<Moment> clock) {}

  /** An API that stands on these. */
  public RestApi(Parts parts) {
    this.parts = parts;
  }

  /** What there is: one line for each call. */
  public List<HttpRoute> routes() {
    Limits limits = parts.limits();
    HttpAnswer description = description();
    TalksCall talks = new TalksCall(parts.talks(), parts.haip().page());
    GraphsCall graphs = new GraphsCall(parts.graphs(), parts.namespaces(), limits.json());
    return List.of(
        post("publish", new PublishCall(parts.publisher(), parts.namespaces(), limits.json())),
        post("broadcast", new BroadcastCall(parts.publisher(), parts.namespaces(), limits)),
        post("disconnect", new DisconnectCall(parts.connections(), limits.json())),
        get("history", new HistoryCall(parts.history(), parts.namespaces())),
        get("presence", new PresenceCall(parts.presence(), parts.namespaces())),
        get("info", new InfoCall(parts.view(), limits)),
        get(TalksCall.PATH, talks::page),
        HttpRoute.below("GET", API + TalksCall.PATH + "/", guarded(talks::one)),
        get(GraphsCall.PATH, graphs::list),
        graph("GET", graphs::read),
        graph("PUT", graphs::put),
        graph("PATCH", graphs::change),
        graph("DELETE", graphs::remove),
        HttpRoute.at("GET", API + "openapi.json", call -> description.now()));
  }

  private HttpRoute get(String name, Call what) {
    return HttpRoute.at("GET", API + name, guarded(what));
  }

  private HttpRoute post(String name, Call what) {
    return HttpRoute.at("POST", API + name, guarded(what));
  }

  private HttpRoute graph(String method, Call what) {
    return HttpRoute.below(method, API + GraphsCall.PATH + "/", guarded(what));
  }

  private static HttpAnswer description() {
    try (InputStream in = RestApi.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("the build left out openapi.json");
      }
      return new HttpAnswer(200, Map.of("Content-Type", "application/json"), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on nothing is done any more. */
  public void stop() {
    stopping = true;
  }

  private HttpHandler guarded(Call what) {
    return call -> {
      if (stopping) {
        return new HttpRefusal(Refusal.STOPPING).now();
      }
      if (inFlight.incrementAndGet() > parts.limits().http().callsInFlight()) {
        inFlight.decrementAndGet();
        return failed(call, new Refused(Code.BUSY, "Too many calls are in flight", null)).now();
      }
      Moment now = parts.clock().get();
      CompletionStage<HttpReply> reply;
      try {
        reply =
            parts
                .authenticator()
                .identify(call, now)
                .thenCompose(who -> answer(what, call, who, now));
      } catch (RuntimeException bug) {
        inFlight.decrementAndGet();
        throw bug;
      }
      return reply.whenComplete((done, bug) -> inFlight.decrementAndGet());
    };
  }

  private CompletionStage<HttpReply> answer(
      Call what, HttpCall call, Authenticator.Result who, Moment now) {
    return switch (who) {
      case Authenticator.Result.Unknown(Refusal refusal) -> new HttpRefusal(refusal).now();
      case Authenticator.Result.Known(Caller caller) -> {
        try {
          yield what.answer(call, caller, now)
              .<HttpReply>thenApply(answer -> answer)
              .exceptionallyCompose(thrown -> later(call, thrown));
        } catch (Refused refused) {
          yield CompletableFuture.completedStage(failed(call, refused));
        }
      }
    };
  }

  /** A mistake that was noticed on another thread; a bug stays one. */
  private CompletionStage<HttpReply> later(HttpCall call, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return cause instanceof Refused refused
        ? failed(call, refused).now()
        : CompletableFuture.failedStage(cause);
  }

  private HttpAnswer failed(HttpCall call, Refused refused) {
    Fault fault = refused.fault();
    parts.meter().count(fault.code());
    return Answers.failed(call, fault, refused.field());
  }
}
