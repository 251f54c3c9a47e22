package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Owner: {@link Valve#flowUpdate}. What a FLOW_UPDATE says, in either grammar. */
final class FlowUpdate {
  /** What it asks for. */
  enum Action {
    REQUEST("request_credits"),
    GRANT("grant_credits"),
    REDUCE("reduce_credits"),
    PRESSURE("back_pressure"),
    /** The official grammar's only one, which has no name. */
    ADD(""),
    STRANGE("?");

    private final String text;

    Action(String text) {
      this.text = text;
    }
  }

  /** Behind a number that was not there. */
  private static final long ABSENT = -2;

  private static final List<Action> NAMED =
      List.of(Action.REQUEST, Action.GRANT, Action.REDUCE, Action.PRESSURE);

  private final byte[] bytes;
  private int nameFrom;
  private int nameTo;
  private Action action = Action.ADD;
  private long credits = ABSENT;
  private long current = ReceiveLedger.UNNAMED;
  private long addMessages = ABSENT;
  private long addBytes = ABSENT;
  private @Nullable HaipFault fault;

  FlowUpdate(byte[] bytes, int payload) {
    this.bytes = bytes;
    JsonCursor cursor = new JsonCursor(bytes, payload);
    while (cursor.next()) {
      member(cursor);
    }
    if (nameTo == 0) {
      fault = Valve.wrong("channel must name a channel.");
    } else if (fault == null) {
      fault = judge();
    }
  }

  private void member(JsonCursor cursor) {
    int from = cursor.valueFrom();
    int to = cursor.valueTo();
    if (HaipText.isNamed(cursor, bytes, "channel")) {
      if (HaipChannels.isName(bytes, from, to)) {
        nameFrom = from + 1;
        nameTo = to - 1;
      }
    } else if (HaipText.isNamed(cursor, bytes, "action")) {
      action = action(from, to);
    } else if (HaipText.isNamed(cursor, bytes, "credits")) {
      credits = whole(from, to);
    } else if (HaipText.isNamed(cursor, bytes, "add_messages")) {
      addMessages = whole(from, to);
    } else if (HaipText.isNamed(cursor, bytes, "add_bytes")) {
      addBytes = whole(from, to);
    } else if (HaipText.isNamed(cursor, bytes, "current_credits")) {
      current = balance(from, to);
    }
  }

  private Action action(int from, int to) {
    if (bytes[from] != '"') {
      return Action.STRANGE;
    }
    for (Action known : NAMED) {
      if (known.text.length() == to - from - 2 && HaipChannels.isAt(known.text, bytes, from + 1)) {
        return known;
      }
    }
    String text = JsonString.decode(bytes, from + 1, to - 1);
    return NAMED.stream().filter(known -> known.text.equals(text)).findAny().orElse(Action.STRANGE);
  }

  private long whole(int from, int to) {
    return JsonNumber.whole(bytes, from, to, Integer.MAX_VALUE);
  }

  /** Who has overspent says so with a number below zero. */
  private long balance(int from, int to) {
    boolean debt = bytes[from] == '-';
    long amount = JsonNumber.whole(bytes, debt ? from + 1 : from, to, Credit.MAX);
    if (amount == JsonNumber.NOT_WHOLE) {
      return ReceiveLedger.UNNAMED;
    }
    return debt ? -amount : amount;
  }

  private @Nullable HaipFault judge() {
    return switch (action) {
      case REQUEST, GRANT, REDUCE ->
          credits < 0 ? Valve.wrong("credits must be a whole number from 0 to 2147483647.") : null;
      case PRESSURE -> null;
      case ADD -> judgeAdded();
      case STRANGE -> Valve.wrong("There is no such action.");
    };
  }

  private @Nullable HaipFault judgeAdded() {
    boolean bad =
        addMessages == JsonNumber.NOT_WHOLE
            || addBytes == JsonNumber.NOT_WHOLE
            || (addMessages == ABSENT && addBytes == ABSENT);
    addMessages = Math.max(addMessages, 0);
    addBytes = Math.max(addBytes, 0);
    return bad
        ? Valve.wrong("add_messages or add_bytes must be a whole number from 1 to 2147483647.")
        : null;
  }

  /** What is wrong with it; null if it is good. */
  @Nullable HaipFault fault() {
    return fault;
  }

  Action action() {
    return action;
  }

  /** Where its channel's name begins. */
  int nameFrom() {
    return nameFrom;
  }

  /** Where its channel's name ends. */
  int nameTo() {
    return nameTo;
  }

  long credits() {
    return credits;
  }

  /** The balance it names, or {@link ReceiveLedger#UNNAMED}. */
  long current() {
    return current;
  }

  long addMessages() {
    return addMessages;
  }

  long addBytes() {
    return addBytes;
  }
}
