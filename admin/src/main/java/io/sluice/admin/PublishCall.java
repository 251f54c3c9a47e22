package io.sluice.admin;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.protocol.json.JsonWriter;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** {@code POST /api/v1/publish}: a message in the caller's name. Safe from any thread. */
final class PublishCall implements Call {
  private static final Set<String> FIELDS =
      Set.of("channel", "channels", "payload", "key", "idempotencyKey");

  private final Publisher publisher;
  private final Namespaces namespaces;
  private final Limits.Json limits;

  PublishCall(Publisher publisher, Namespaces namespaces, Limits.Json limits) {
    this.publisher = publisher;
    this.namespaces = namespaces;
    this.limits = limits;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(HttpCall call, Caller caller, Moment now)
      throws Refused {
    RequestObject request = RequestObject.parse(call.body(), limits, FIELDS);
    request.refuse("channels", "publish takes one channel");
    ChannelName channel = request.channel();
    Draft draft =
        new Draft(
            channel,
            Draft.Kind.MESSAGE,
            caller.name(),
            request.payload(),
            request.text("key", Draft.MAX_KEY_LENGTH),
            request.text("idempotencyKey", Draft.MAX_KEY_LENGTH));
    if (!namespaces.mayPublish(caller.grants(), caller.role(), channel)) {
      throw new Refused(Code.FORBIDDEN, "You may not publish to this channel", "channel");
    }
    return publisher.append(draft, now).thenApply(outcome -> print(call, channel, outcome));
  }

  private static HttpAnswer print(HttpCall call, ChannelName channel, Publisher.Outcome outcome) {
    return switch (outcome) {
      case Publisher.Outcome.Appended appended -> {
        JsonWriter out = new JsonWriter();
        out.raw("{\"channel\":").string(channel.value());
        Answers.position(appended.position(), out);
        yield Answers.ok(out.raw('}'));
      }
      case Publisher.Outcome.Failed failed -> Answers.failed(call, failed.fault(), null);
    };
  }
}
