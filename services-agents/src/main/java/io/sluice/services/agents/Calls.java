package io.sluice.services.agents;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open calls of one session, at most {@code haip.talk.calls}. Any thread; its own lock. */
final class Calls {
  private final int most;

  /** Made when the first comes. */
  private Map<String, ToolCall> open = Map.of();

  private boolean closed;

  Calls(int most) {
    this.most = most;
  }

  /** What came of an attempt to open one. */
  enum Opened {
    /** It is open. */
    YES,
    /** One with its id is open. */
    TWICE,
    /** As many are open as may be. */
    FULL,
    /** The session is closed. */
    CLOSED
  }

  synchronized Opened open(ToolCall call) {
    if (closed) {
      return Opened.CLOSED;
    }
    if (open.containsKey(call.id())) {
      return Opened.TWICE;
    }
    if (open.size() >= most) {
      return Opened.FULL;
    }
    open = open.isEmpty() ? new LinkedHashMap<>(4) : open;
    open.put(call.id(), call);
    return Opened.YES;
  }

  synchronized @Nullable ToolCall find(String callId) {
    return open.get(callId);
  }

  synchronized void remove(ToolCall call) {
    if (!open.isEmpty()) {
      open.remove(call.id(), call);
    }
  }

  synchronized int size() {
    return open.size();
  }

  /** Cancels those that are part of a run or a transaction. */
  void cancel(Object whole) {
    List<ToolCall> meant;
    synchronized (this) {
      meant = open.values().stream().filter(call -> call.isPartOf(whole)).toList();
    }
    meant.forEach(ToolCall::cancel);
  }

  /** Drops all of them, and opens no more. */
  void close() {
    List<ToolCall> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(open.values());
      open = Map.of();
    }
    left.forEach(ToolCall::drop);
  }
}
