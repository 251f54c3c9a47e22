package io.sluice.admin;

import io.sluice.admin.LiveGraphs.Outcome;
import io.sluice.admin.LiveGraphs.Standing;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.gateway.http.HttpErrors;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.protocol.json.JsonWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * {@code /api/v1/graphs} and {@code /api/v1/graphs/{name}}: graphs are read, made, changed and
 * removed. Safe from any thread.
 *
 * <p>Whoever may subscribe to {@code graph.NAME.changes} reads; whoever may publish on {@code
 * graph.NAME} changes what is there; whoever may broadcast on it makes and removes the graph. Who
 * may not is not told whether there is one.
 */
final class GraphsCall {
  static final String PATH = "graphs";

  private static final int MAX_NAME = 64;
  private static final String MAKE = "make";

  /** A larger body is not read on an event loop. */
  private static final int SMALL = 4 << 10;

  private final LiveGraphs graphs;
  private final Namespaces namespaces;
  private final Limits.Json limits;

  GraphsCall(LiveGraphs graphs, Namespaces namespaces, Limits.Json limits) {
    this.graphs = graphs;
    this.namespaces = namespaces;
    this.limits = limits;
  }

  // Rights

  private static String name(HttpCall call) throws Refused {
    String name = call.path().substring(call.path().indexOf(PATH) + PATH.length() + 1);
    if (name.length() > MAX_NAME || name.indexOf('.') >= 0 || !ChannelName.isValid(name)) {
      throw new Refused(
          Code.INVALID_FIELD,
          "A graph's name is 1 to 64 of the characters A-Z a-z 0-9 _ : -",
          "name");
    }
    return name;
  }

  private boolean mayRead(Caller caller, String name) {
    return namespaces.maySubscribe(
        caller.grants(), caller.role(), new ChannelName("graph." + name + ".changes"));
  }

  private boolean mayChange(Caller caller, String name) {
    return namespaces.mayPublish(caller.grants(), caller.role(), new ChannelName("graph." + name));
  }

  private static boolean mayMake(Caller caller, String name) {
    return caller.grants().mayBroadcast(new ChannelName("graph." + name));
  }

  private static void insist(boolean may, String what) throws Refused {
    if (!may) {
      throw forbidden(what);
    }
  }

  private static Refused forbidden(String what) {
    return new Refused(Code.FORBIDDEN, "You may not " + what + " this graph", "name");
  }

  // Calls

  /** All that the caller may read. */
  CompletionStage<HttpAnswer> list(HttpCall call, Caller caller, Moment now) {
    JsonWriter out = new JsonWriter().raw("{\"graphs\":[");
    String separator = "";
    for (Standing standing : graphs.all()) {
      if (mayRead(caller, standing.name())) {
        print(standing, out.raw(separator));
        separator = ",";
      }
    }
    return CompletableFuture.completedStage(Answers.ok(out.raw("]}")));
  }

  /** One, whole. */
  CompletionStage<HttpAnswer> read(HttpCall call, Caller caller, Moment now) throws Refused {
    String name = name(call);
    insist(mayRead(caller, name), "read");
    return graphs.read(name).thenApply(outcome -> print(call, outcome));
  }

  /** Makes one, or puts another in its place. */
  CompletionStage<HttpAnswer> put(HttpCall call, Caller caller, Moment now) throws Refused {
    String name = name(call);
    boolean mayMake = mayMake(caller, name);
    // It may be gone when the body has been read: whoever puts looks again.
    insist(mayMake || (mayChange(caller, name) && graphs.has(name)), MAKE);
    return read(call, () -> GraphBody.whole(call.body(), limits))
        .thenCompose(whole -> graphs.put(name, whole.rate(), whole.edit(), mayMake, now))
        .thenApply(outcome -> print(call, outcome));
  }

  /** Changes some of one. */
  CompletionStage<HttpAnswer> change(HttpCall call, Caller caller, Moment now) throws Refused {
    String name = name(call);
    insist(mayChange(caller, name), "change");
    return read(call, () -> GraphBody.change(call.body(), limits))
        .thenCompose(edit -> graphs.change(name, edit, now))
        .thenApply(outcome -> print(call, outcome));
  }

  /** Removes one. */
  CompletionStage<HttpAnswer> remove(HttpCall call, Caller caller, Moment now) throws Refused {
    String name = name(call);
    insist(mayMake(caller, name), "remove");
    return graphs.remove(name, now).thenApply(outcome -> print(call, outcome));
  }

  /** Reads the body, elsewhere if it is large. */
  private <T> CompletionStage<T> read(HttpCall call, Callable<T> reading) throws Refused {
    if (call.body().length <= SMALL) {
      return CompletableFuture.completedStage(done(reading));
    }
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return done(reading);
            } catch (Refused refused) {
              throw new CompletionException(refused);
            }
          },
          graphs.readers());
    } catch (RejectedExecutionException stopping) {
      throw new Refused(Code.SHUTTING_DOWN, "The server is stopping", null);
    }
  }

  private static <T> T done(Callable<T> reading) throws Refused {
    try {
      return reading.call();
    } catch (Refused | RuntimeException refused) {
      throw refused;
    } catch (Exception bug) {
      throw new IllegalStateException(bug);
    }
  }

  // Answers

  private static HttpAnswer print(HttpCall call, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Whole(byte[] json, Runnable settled) -> Answers.json(200, json, settled);
      case Outcome.Done(Standing standing, boolean isNew) ->
          Answers.json(isNew ? 201 : 200, print(standing, new JsonWriter()).take());
      case Outcome.NotMade() -> throw new CompletionException(forbidden(MAKE));
      case Outcome.Removed() -> new HttpAnswer(204, Map.of(), new byte[0]);
      case Outcome.Failed(int status, String code, String message) ->
          HttpErrors.answer(call, status, code, message, null);
    };
  }

  private static JsonWriter print(Standing standing, JsonWriter out) {
    out.raw("{\"graph\":").string(standing.name());
    out.raw(",\"rate\":").number(standing.rate());
    out.raw(",\"nodes\":").number(standing.nodes());
    out.raw(",\"edges\":").number(standing.edges());
    out.raw(",\"revision\":").number(standing.revision());
    Integer source = standing.source();
    return source == null
        ? out.raw(",\"source\":null}")
        : out.raw(",\"source\":").number(source).raw('}');
  }
}
