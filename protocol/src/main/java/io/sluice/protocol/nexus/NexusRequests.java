package io.sluice.protocol.nexus;

import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Filter;
import io.sluice.model.Inbound;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonPayload;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client may ask for: one line per action, one method per line. All of a message is checked
 * before any of it is handed on. Immutable.
 */
final class NexusRequests {
  private static final int ECHOED_ACTION_LENGTH = 64;

  private final Limits.Session limits;
  private final Limits.Json json;

  NexusRequests(Limits.Session limits, Limits.Json json) {
    this.limits = limits;
    this.json = json;
  }

  /** Hands on the commands of a message, at least one. */
  void decode(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink) throws Refused {
    message.require(NexusField.ACTION);
    String action = message.text(NexusField.ACTION);
    switch (action) {
      case "publish" -> publish(message, id, sink);
      case "subscribe" -> subscribe(message, id, sink);
      case "unsubscribe" -> unsubscribe(message, id, sink);
      case "credit" -> credit(message, id, sink);
      case "history" -> history(message, id, sink);
      case "presence" -> presence(message, id, sink);
      case "refresh" -> refresh(message, id, sink);
      case "ping" -> sink.accept(new Inbound.Accepted(new Command.Ping(id)));
      case null, default -> throw unknown(action);
    }
  }

  private static Refused unknown(@Nullable String action) {
    String name = action == null ? "" : action;
    String echoed =
        name.length() <= ECHOED_ACTION_LENGTH
            ? name
            : name.substring(0, ECHOED_ACTION_LENGTH) + "…";
    return new Refused(Code.UNKNOWN_ACTION, "Unknown action: " + echoed);
  }

  private void publish(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink)
      throws Refused {
    ChannelName channel = NexusChannels.readOne(message);
    message.require(NexusField.PAYLOAD);
    boolean acknowledge = message.flag(NexusField.ACK);
    String key = message.text(NexusField.KEY, Draft.MAX_KEY_LENGTH);
    String idempotencyKey = message.text(NexusField.IDEMPOTENCY_KEY, Draft.MAX_KEY_LENGTH);
    JsonPayload payload =
        JsonPayload.copy(
            message.bytes(),
            message.from(NexusField.PAYLOAD),
            message.to(NexusField.PAYLOAD),
            json);
    sink.accept(
        new Inbound.Accepted(
            new Command.Publish(id, channel, payload, acknowledge, key, idempotencyKey)));
  }

  private void subscribe(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink)
      throws Refused {
    List<Subject> subjects = NexusChannels.subjects(message, limits.channelsPerMessage());
    Filter filter = NexusFilters.read(message, limits.filterBytes());
    Credit credit = NexusCredit.ofSubscribe(message);
    Policy policy = policy(message);
    String conflateBy =
        message.text(NexusField.CONFLATE_BY, Command.Subscribe.MAX_CONFLATE_BY_LENGTH);
    Boolean hold = message.choice(NexusField.HOLD);
    Position since = NexusPosition.read(message);
    boolean recoverable = message.flag(NexusField.RECOVERABLE);
    boolean presence = message.flag(NexusField.PRESENCE);
    for (Subject subject : subjects) {
      sink.accept(
          new Inbound.Accepted(
              new Command.Subscribe(
                  id,
                  subject,
                  filter,
                  credit,
                  policy,
                  conflateBy,
                  hold,
                  since,
                  recoverable,
                  presence)));
    }
  }

  /** A policy that exists; what a channel allows is not decided here. */
  private static @Nullable Policy policy(NexusMessage message) throws Refused {
    String name = message.text(NexusField.POLICY);
    Policy policy = name == null ? null : Policy.of(name);
    if (name != null && policy == null) {
      throw new Refused(Code.POLICY_NOT_ALLOWED, "There is no such policy");
    }
    return policy;
  }

  private void unsubscribe(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink)
      throws Refused {
    List<Subject> subjects = NexusChannels.subjects(message, limits.channelsPerMessage());
    Filter filter = NexusFilters.read(message, limits.filterBytes());
    for (Subject subject : subjects) {
      sink.accept(new Inbound.Accepted(new Command.Unsubscribe(id, subject, filter)));
    }
  }

  private void credit(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink)
      throws Refused {
    List<Subject> subjects = NexusChannels.subjects(message, limits.channelsPerMessage());
    Credit credit = NexusCredit.ofGrant(message);
    for (Subject subject : subjects) {
      sink.accept(new Inbound.Accepted(new Command.Grant(id, subject, credit)));
    }
  }

  private void history(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink)
      throws Refused {
    List<ChannelName> channels = NexusChannels.read(message, limits.channelsPerMessage());
    Position since = NexusPosition.read(message);
    int limit = limit(message);
    for (ChannelName channel : channels) {
      sink.accept(new Inbound.Accepted(new Command.History(id, channel, since, limit)));
    }
  }

  private static int limit(NexusMessage message) throws Refused {
    if (!message.has(NexusField.LIMIT)) {
      return Command.History.DEFAULT_LIMIT;
    }
    long limit = message.whole(NexusField.LIMIT, Command.History.MAX_LIMIT);
    if (limit == JsonNumber.NOT_WHOLE || limit == 0) {
      throw new Refused(
          Code.INVALID_FIELD,
          "limit must be a whole number from 1 to " + Command.History.MAX_LIMIT);
    }
    return (int) limit;
  }

  private void presence(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink)
      throws Refused {
    for (ChannelName channel : NexusChannels.read(message, limits.channelsPerMessage())) {
      sink.accept(new Inbound.Accepted(new Command.Presence(id, channel)));
    }
  }

  private static void refresh(NexusMessage message, @Nullable RequestId id, Consumer<Inbound> sink)
      throws Refused {
    message.require(NexusField.TOKEN);
    String token = message.text(NexusField.TOKEN);
    if (token == null || token.isEmpty()) {
      throw new Refused(Code.INVALID_FIELD, "token must not be empty");
    }
    sink.accept(new Inbound.Accepted(new Command.Refresh(id, token)));
  }
}
