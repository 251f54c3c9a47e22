package io.sluice.model;

import org.jspecify.annotations.Nullable;

/** What a peer's message turned out to be: something to do, or something to answer. */
public sealed interface Inbound {
  /** The id the peer gave its request, echoed in every answer to it; null if it gave none. */
  @Nullable RequestId id();

  /** A message that could not become a command. */
  record Rejected(@Nullable RequestId id, Fault fault) implements Inbound {}

  /** A message that could. */
  record Accepted(Command command) implements Inbound {
    @Override
    public @Nullable RequestId id() {
      return command.id();
    }
  }
}
