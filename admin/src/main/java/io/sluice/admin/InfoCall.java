package io.sluice.admin;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Command;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.json.JsonWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET /api/v1/info}: which server this is, what it takes, and who the caller is to it. Safe
 * from any thread.
 */
final class InfoCall implements Call {
  private final ServerView view;
  private final Limits limits;

  InfoCall(ServerView view, Limits limits) {
    this.view = view;
    this.limits = limits;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(HttpCall call, Caller caller, Moment now) {
    JsonWriter out = new JsonWriter();
    out.raw("{\"name\":\"sluice\",\"version\":").string(view.version());
    out.raw(",\"timestamp\":").number(now.epochMillis());
    out.raw(",\"uptimeSeconds\":").number(view.uptimeSeconds().getAsLong());
    out.raw(",\"connections\":").number(view.connections().getAsLong());
    out.raw(",\"subscriptions\":").number(view.subscriptions().getAsLong());
    out.raw(",\"channels\":").number(view.channels().getAsLong());
    out.raw(",\"limits\":{\"messageBytes\":").number(limits.socket().messageBytes());
    out.raw(",\"bodyBytes\":").number(limits.http().bodyBytes());
    out.raw(",\"channelsPerRequest\":").number(limits.session().channelsPerMessage());
    out.raw(",\"historyMessages\":").number(Command.History.MAX_LIMIT).raw('}');
    caller(caller, out);
    return CompletableFuture.completedStage(Answers.ok(out.raw('}')));
  }

  private static void caller(Caller caller, JsonWriter out) {
    out.raw(",\"caller\":{\"name\":").string(caller.name());
    switch (caller) {
      case Caller.User user -> {
        out.raw(",\"kind\":\"token\"");
        if (user.identity().expiresAtMillis() != Long.MAX_VALUE) {
          out.raw(",\"expiresAt\":").number(user.identity().expiresAtMillis());
        }
      }
      case Caller.Program _ -> out.raw(",\"kind\":\"apiKey\"");
    }
    String role = caller.role();
    if (role != null) {
      out.raw(",\"role\":").string(role);
    }
    Grants grants = caller.grants();
    patterns("publish", grants.publish(), out);
    patterns("subscribe", grants.subscribe(), out);
    patterns("broadcast", grants.broadcast(), out);
    out.raw(",\"disconnect\":").raw(Boolean.toString(grants.disconnect())).raw('}');
  }

  private static void patterns(String name, List<ChannelPattern> patterns, JsonWriter out) {
    out.raw(",\"").raw(name).raw("\":[");
    for (int i = 0; i < patterns.size(); i++) {
      out.raw(i == 0 ? "" : ",").string(patterns.get(i).value());
    }
    out.raw(']');
  }
}
