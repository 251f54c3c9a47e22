package io.sluice.admin;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.Code;
import io.sluice.model.HaipStanding;
import io.sluice.model.Moment;
import io.sluice.protocol.json.JsonWriter;
import java.util.Iterator;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/haip/sessions} and {@code GET /api/v1/haip/sessions/{session}}: how sessions
 * of HAIP stand, a person's own with any token, those of others with the role {@code admin}. One
 * that is not the caller's is answered like one that does not exist. Safe from any thread.
 */
final class TalksCall {
  static final String PATH = "haip/sessions";

  private static final String ADMIN = "admin";
  private static final int MAX_ID = 64;

  private final Talks talks;
  private final int most;

  /**
   * Calls.
   *
   * @param most a page names at most so many
   */
  TalksCall(Talks talks, int most) {
    this.talks = talks;
    this.most = most;
  }

  /** Some of the sessions. */
  CompletionStage<HttpAnswer> page(HttpCall call, Caller caller, Moment now) throws Refused {
    String user = whose(caller);
    String behind = Parameters.text(call, "after", MAX_ID);
    int limit = Parameters.limit(call, most, most);
    return talks
        .page(user, behind == null ? "" : behind, limit)
        .thenApply(page -> Answers.ok(print(page)));
  }

  /** One session. */
  CompletionStage<HttpAnswer> one(HttpCall call, Caller caller, Moment now) throws Refused {
    String user = whose(caller);
    String session = call.path().substring(call.path().lastIndexOf('/') + 1);
    return talks
        .one(session, user)
        .thenApply(
            standing ->
                standing == null
                    ? Answers.notFound(call, "There is no such session, or it is not yours")
                    : Answers.ok(print(standing, new JsonWriter())));
  }

  /** Whose sessions the caller may see; null for everybody's. */
  private static @Nullable String whose(Caller caller) throws Refused {
    if (ADMIN.equals(caller.role())) {
      return null;
    }
    return switch (caller) {
      case Caller.User user -> user.name();
      case Caller.Program _ ->
          throw new Refused(Code.FORBIDDEN, "A program needs the role admin for this", null);
    };
  }

  private static JsonWriter print(Talks.Page page) {
    JsonWriter out = new JsonWriter().raw("{\"sessions\":[");
    String separator = "";
    for (HaipStanding standing : page.sessions()) {
      print(standing, out.raw(separator));
      separator = ",";
    }
    out.raw("]");
    String next = page.next();
    if (next != null) {
      out.raw(",\"next\":").string(next);
    }
    return out.raw("}");
  }

  private static JsonWriter print(HaipStanding standing, JsonWriter out) {
    out.raw("{\"session\":").string(standing.session());
    out.raw(",\"user\":").string(standing.user());
    out.raw(",\"connected\":").raw(Boolean.toString(standing.connected()));
    out.raw(",\"dialect\":").string(standing.dialect()).raw(",\"channels\":[");
    Iterator<HaipStanding.Channel> channels = standing.channels().iterator();
    while (channels.hasNext()) {
      print(channels.next(), out);
      out.raw(channels.hasNext() ? "," : "");
    }
    return out.raw("]}");
  }

  private static void print(HaipStanding.Channel channel, JsonWriter out) {
    out.raw("{\"channel\":").string(channel.name());
    out.raw(",\"sent\":").number(channel.sent());
    if (channel.queued() != null) {
      out.raw(",\"queued\":").number(channel.queued());
    }
    out.raw(",\"received\":").number(channel.received());
    out.raw(",\"unhandled\":").number(channel.unhandled());
    out.raw(",\"latencyMicros\":").number(channel.latencyMicros());
    out.raw(",\"pressureEvents\":").number(channel.pressureEvents());
    amount("credit", channel.credit(), out);
    amount("allowance", channel.allowance(), out);
    amount("window", channel.window(), out);
    out.raw(",\"pausedByPerson\":").raw(Boolean.toString(channel.pausedByPerson()));
    out.raw(",\"pausedByServer\":").raw(Boolean.toString(channel.pausedByServer())).raw("}");
  }

  private static void amount(String name, HaipStanding.@Nullable Amount amount, JsonWriter out) {
    if (amount == null) {
      return;
    }
    out.raw(",\"").raw(name).raw("\":{");
    if (amount.messages() != null) {
      out.raw("\"messages\":").number(amount.messages()).raw(",");
    }
    out.raw("\"units\":").number(amount.units()).raw("}");
  }
}
