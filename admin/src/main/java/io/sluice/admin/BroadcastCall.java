package io.sluice.admin;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.protocol.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code POST /api/v1/broadcast}: the server's own words, on one channel or several. All of the
 * request is checked before any of it is done; then each channel has its own outcome. Safe from any
 * thread.
 */
final class BroadcastCall implements Call {
  private static final Set<String> FIELDS =
      Set.of("channel", "channels", "payload", "key", "idempotencyKey");

  private final Publisher publisher;
  private final Namespaces namespaces;
  private final Limits limits;

  BroadcastCall(Publisher publisher, Namespaces namespaces, Limits limits) {
    this.publisher = publisher;
    this.namespaces = namespaces;
    this.limits = limits;
  }

  private record Pending(ChannelName channel, CompletableFuture<Publisher.Outcome> outcome) {}

  @Override
  public CompletionStage<HttpAnswer> answer(HttpCall call, Caller caller, Moment now)
      throws Refused {
    RequestObject request = RequestObject.parse(call.body(), limits.json(), FIELDS);
    List<ChannelName> channels = request.channels(limits.session().channelsPerMessage());
    JsonPayload payload = request.payload();
    String key = request.text("key", Draft.MAX_KEY_LENGTH);
    // Keys are remembered by who publishes, and a broadcast is nobody's.
    request.refuse("idempotencyKey", "broadcast takes no idempotencyKey");
    for (ChannelName channel : channels) {
      if (!namespaces.mayBroadcast(caller.grants(), channel)) {
        throw new Refused(Code.FORBIDDEN, "You may not broadcast on " + channel, null);
      }
    }
    List<Pending> pending = new ArrayList<>();
    for (ChannelName channel : channels) {
      Draft draft = new Draft(channel, Draft.Kind.BROADCAST, null, payload, key, null);
      pending.add(new Pending(channel, publisher.append(draft, now)));
    }
    return CompletableFuture.allOf(
            pending.stream().map(Pending::outcome).toArray(CompletableFuture[]::new))
        .thenApply(done -> print(pending));
  }

  private static HttpAnswer print(List<Pending> pending) {
    JsonWriter out = new JsonWriter().raw("{\"results\":[");
    boolean first = true;
    for (Pending one : pending) {
      out.raw(first ? "{\"channel\":" : ",{\"channel\":").string(one.channel().value());
      first = false;
      switch (one.outcome().join()) {
        case Publisher.Outcome.Appended appended -> Answers.position(appended.position(), out);
        case Publisher.Outcome.Failed(Fault fault) -> {
          out.raw(",\"error\":{\"code\":").string(fault.code().text());
          out.raw(",\"message\":").string(fault.message()).raw('}');
        }
      }
      out.raw('}');
    }
    return Answers.ok(out.raw("]}"));
  }
}
