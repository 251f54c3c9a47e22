package io.sluice.services.agents;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A conversation with one tool, and the last of what was said in it, for who joins later. Any
 * thread; guarded by its own lock.
 */
final class Transaction {
  private final String id;
  private final String user;
  private final Subject subject;
  private final Bounds bounds;
  private final Desk desk;
  private final Deque<byte[]> said = new ArrayDeque<>(2);
  private long bytes;

  /** So many messages, and bytes of them, are kept; the oldest go first. */
  record Bounds(int messages, long bytes) {}

  /**
   * What it is about.
   *
   * @param tools the agent's tools
   * @param params what it was begun with; null for nothing
   */
  record Subject(Tools tools, Tool tool, @Nullable JsonNode params) {}

  Transaction(String id, String user, Subject subject, Bounds bounds, Desk desk) {
    this.id = id;
    this.user = user;
    this.subject = subject;
    this.bounds = bounds;
    this.desk = desk;
  }

  String id() {
    return id;
  }

  /** Whose it is. */
  String user() {
    return user;
  }

  Tool tool() {
    return subject.tool();
  }

  /** What it was begun with; null for nothing. */
  @Nullable JsonNode params() {
    return subject.params();
  }

  /** What is wrong with a message in it; null if nothing is. */
  @Nullable String fault(JsonNode message) {
    return subject.tools().fault(subject.tool(), message);
  }

  /** Where its messages are answered, one after the other. */
  Desk desk() {
    return desk;
  }

  /** Remembers an envelope. */
  synchronized void keep(byte[] envelope) {
    said.add(envelope);
    bytes += envelope.length;
    while (said.size() > bounds.messages() || (bytes > bounds.bytes() && said.size() > 1)) {
      bytes -= said.remove().length;
    }
  }

  /** What is remembered, oldest first. */
  synchronized List<byte[]> said() {
    return List.copyOf(said);
  }
}
