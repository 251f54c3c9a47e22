package io.sluice.admin;

import io.sluice.core.Whom;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.json.JsonWriter;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/disconnect}: ends connections, one's own with any token, those of others by
 * right. A connection that is not the caller's is answered like one that does not exist. Safe from
 * any thread.
 */
final class DisconnectCall implements Call {
  private static final Set<String> FIELDS = Set.of("connectionId", "userId", "reset");
  private static final int MAX_ID = 256;

  private final Connections connections;
  private final Limits.Json limits;

  DisconnectCall(Connections connections, Limits.Json limits) {
    this.connections = connections;
    this.limits = limits;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(HttpCall call, Caller caller, Moment now)
      throws Refused {
    RequestObject request = RequestObject.parse(call.body(), limits, FIELDS);
    String connectionId = request.text("connectionId", MAX_ID);
    String userId = request.text("userId", MAX_ID);
    boolean reset = request.flag("reset");
    Whom whom = whom(caller, connectionId, userId);
    CloseReason reason = reset ? CloseReason.RESET : CloseReason.DISCONNECTED;
    CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    connections.end(whom, reason, count -> answer.complete(print(count)));
    return answer;
  }

  private static HttpAnswer print(int count) {
    return Answers.ok(new JsonWriter().raw("{\"disconnected\":").number(count).raw('}'));
  }

  private static Whom whom(Caller caller, @Nullable String connectionId, @Nullable String userId)
      throws Refused {
    if (connectionId != null && userId != null) {
      throw new Refused(Code.INVALID_FIELD, "Give one of connectionId and userId", "userId");
    }
    String own = own(caller);
    boolean any = caller.grants().disconnect();
    if (connectionId != null && (any || own != null)) {
      return new Whom.Connection(connectionId, any ? null : own);
    }
    if (userId != null && (any || userId.equals(own))) {
      return new Whom.User(userId);
    }
    if (connectionId == null && userId == null) {
      throw new Refused(
          Code.MISSING_FIELD, "Missing field: connectionId or userId", "connectionId");
    }
    throw new Refused(Code.FORBIDDEN, "You may end your own connections only", null);
  }

  /** Whose connections are the caller's own: a program has none, whatever its name. */
  private static @Nullable String own(Caller caller) {
    return switch (caller) {
      case Caller.User user -> user.name();
      case Caller.Program _ -> null;
    };
  }
}
