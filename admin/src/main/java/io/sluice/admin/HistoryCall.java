package io.sluice.admin;

import io.sluice.core.log.HistoryReading;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code GET /api/v1/history}: what the log still has. Safe from any thread. */
final class HistoryCall implements Call {
  private final History history;
  private final Namespaces namespaces;

  HistoryCall(History history, Namespaces namespaces) {
    this.history = history;
    this.namespaces = namespaces;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(HttpCall call, Caller caller, Moment now)
      throws Refused {
    ChannelName channel = Parameters.channel(call);
    Position since = Parameters.since(call);
    int limit = Parameters.limit(call, Command.History.DEFAULT_LIMIT, Command.History.MAX_LIMIT);
    if (!namespaces.maySubscribe(caller.grants(), caller.role(), channel)) {
      throw new Refused(Code.FORBIDDEN, "You may not read this channel", "channel");
    }
    CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    history.read(
        channel,
        since,
        limit,
        now,
        new HistoryReading.Answer() {
          @Override
          public void read(Event.History page) {
            answer.complete(Answers.event(page));
          }

          @Override
          public void failed(Fault fault) {
            answer.complete(Answers.failed(call, fault, null));
          }
        });
    return answer;
  }
}
