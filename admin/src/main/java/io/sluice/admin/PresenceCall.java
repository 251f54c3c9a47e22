package io.sluice.admin;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code GET /api/v1/presence}: who is subscribed. Safe from any thread. */
final class PresenceCall implements Call {
  private final Presence presence;
  private final Namespaces namespaces;

  PresenceCall(Presence presence, Namespaces namespaces) {
    this.presence = presence;
    this.namespaces = namespaces;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(HttpCall call, Caller caller, Moment now)
      throws Refused {
    ChannelName channel = Parameters.channel(call);
    if (!namespaces.maySubscribe(caller.grants(), caller.role(), channel)) {
      throw new Refused(Code.FORBIDDEN, "You may not read this channel", "channel");
    }
    Event.Presence here = namespaces.of(channel).presence() ? presence.read(channel) : null;
    if (here == null) {
      throw new Refused(Code.PRESENCE_OFF, "The server does not keep who is subscribed", null);
    }
    return CompletableFuture.completedStage(Answers.event(here));
  }
}
