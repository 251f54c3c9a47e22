package io.sluice.client;

import io.sluice.protocol.nexus.NexusAnswer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The protocol's answers as a program sees them; null for one of another kind. */
final class Answers {
  private Answers() {}

  static Connected connected(NexusAnswer.Connected answer) {
    return new Connected(
        answer.userId(),
        answer.connectionId(),
        answer.expiresAt() == 0 ? null : Instant.ofEpochMilli(answer.expiresAt()));
  }

  static @Nullable Receipt receipt(NexusAnswer answer) {
    return answer instanceof NexusAnswer.Published published
        ? new Receipt(published.channel(), published.position())
        : null;
  }

  static @Nullable History history(NexusAnswer answer) {
    return answer instanceof NexusAnswer.History history
        ? new History(
            history.channel(),
            history.head(),
            history.publications().stream().map(Intake::message).toList(),
            history.recovered(),
            history.more())
        : null;
  }

  static @Nullable Presence present(NexusAnswer answer) {
    return answer instanceof NexusAnswer.Presence presence ? presence(presence) : null;
  }

  static Presence presence(NexusAnswer.Presence answer) {
    return new Presence(
        answer.channel(),
        answer.users().stream()
            .map(user -> new Presence.User(user.userId(), user.connections()))
            .toList(),
        answer.total());
  }
}
