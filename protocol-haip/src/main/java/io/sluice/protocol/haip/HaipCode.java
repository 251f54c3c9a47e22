package io.sluice.protocol.haip;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every code of an ERROR. One of several synonyms is sent, all are understood. The table is printed
 * into {@code docs/errors.md}.
 */
public enum HaipCode {
  PROTOCOL_VIOLATION(
      Count.PROTOCOL,
      false,
      "A message is not one JSON object with the members of the envelope, comes before HAI, or a"
          + " binary frame and its envelope do not belong together; `detail.reason` says which.",
      "Correct what the message names; that one was dropped.",
      "INVALID_MESSAGE",
      "BINARY_FRAME_ERROR",
      "PROTOCOL_ERROR",
      "MISSING_RUN_ID",
      "NOT HAI"),
  SEQ_VIOLATION(
      Count.PROTOCOL,
      false,
      "A seq far ahead of the last, or an ack for what was never sent.",
      "Count seq by one, and acknowledge what came."),
  FLOW_CONTROL_VIOLATION(
      Count.FLOW,
      false,
      "A message beyond the credit, or a payload larger than its channel takes: then `detail` has"
          + " `size` and `max`, else `size` and `credit`.",
      "Wait for FLOW_UPDATE; or send at most `detail.max`. That message was dropped.",
      "INSUFFICIENT_CREDITS",
      "FLOW_CONTROL"),
  VERSION_INCOMPATIBLE(
      Count.NONE,
      true,
      "HAI accepts no MAJOR that is spoken here.",
      "Speak one of `detail.supported_versions`."),
  RUN_LIMIT_EXCEEDED(
      Count.NONE,
      false,
      "More runs at once than `haip.talk.runs`.",
      "Finish one first.",
      "MAX_RUNS_EXCEEDED"),
  RUN_NOT_FOUND(Count.NONE, false, "No such run is open.", "Name one that is."),
  REPLAY_TOO_OLD(
      Count.NONE,
      false,
      "What was asked for again is no longer kept, or was lost to a slow reader; `detail` says"
          + " from where to where.",
      "Go on behind it."),
  UNSUPPORTED_TYPE(
      Count.NONE,
      false,
      "No such type, or an unknown member of a message that is `crit`.",
      "Send what `accept_events` lists. That message was dropped."),
  RESUME_FAILED(
      Count.NONE,
      false,
      "The session is not kept any more, or is another user's; a new one has begun.",
      "Go on in the session of our HAI."),
  INVALID_PAYLOAD(
      Count.NONE,
      false,
      "A member of the payload is missing, or has the wrong type or range; or a tool does not take"
          + " it.",
      "Correct what the message names. That message changed nothing."),
  AUTHENTICATION_FAILED(
      Count.AUTHENTICATION,
      false,
      "The token in `payload.auth` is not good; in HAI that ends the connection.",
      "Fetch a fresh one.",
      "FAILED_AUTH",
      "INVALID_TOKEN",
      "MISSING_TOKEN",
      "TOKEN_EXPIRED"),
  UNAUTHORIZED(
      Count.NONE, false, "The token does not allow this.", "Ask for a token with the right."),
  CHANNEL_PAUSED(
      Count.NONE,
      false,
      "The channel is paused. A server of ours never says so: what was under way is taken.",
      "Wait for RESUME_CHANNEL."),
  TOOL_NOT_FOUND(Count.NONE, false, "There is no such tool.", "Ask for TOOL_LIST."),
  MISSING_TOOL_NAME(
      Count.NONE, false, "A transaction is to begin without a tool.", "Name it in `toolName`."),
  TOOL_EXECUTION_ERROR(Count.NONE, false, "The tool failed.", "See its message."),
  TRANSACTION_NOT_FOUND(
      Count.NONE, false, "There is no such transaction.", "Begin one with TRANSACTION_START."),
  BUSY(
      Count.NONE,
      false,
      "Too much of this is under way; the message was not taken.",
      "Send it again a moment later.",
      "RATE_LIMITED"),
  SERVER_ERROR(
      Count.NONE,
      false,
      "The message could not be taken for a fault of ours.",
      "Send it again.",
      "TIMEOUT",
      "TRANSPORT_ERROR",
      "CONNECTION_FAILED");

  /** Which mistakes are counted together. */
  enum Count {
    PROTOCOL,
    AUTHENTICATION,
    FLOW,
    NONE
  }

  private static final HaipCode[] ALL = values();

  private final Count count;
  private final boolean closing;
  private final String situation;
  private final String cure;

  /** Between bars. */
  private final String synonyms;

  HaipCode(Count count, boolean closing, String situation, String cure, String... synonyms) {
    this.count = count;
    this.closing = closing;
    this.situation = situation;
    this.cure = cure;
    this.synonyms = String.join("|", synonyms);
  }

  /** The code on the wire. */
  public String text() {
    return name();
  }

  /** What brings it about. */
  public String situation() {
    return situation;
  }

  /** What to do about it. */
  public String cure() {
    return cure;
  }

  /** Other words for it that are understood. */
  public List<String> synonyms() {
    return synonyms.isEmpty() ? List.of() : Arrays.asList(synonyms.split("\\|", -1));
  }

  /** Whether one of these ends the connection with 1008; of most, only too many do. */
  public boolean isClosing() {
    return closing;
  }

  Count count() {
    return count;
  }

  /** The code of that name or synonym; null if it is none of ours. */
  public static @Nullable HaipCode of(String text) {
    for (HaipCode code : ALL) {
      if (code.name().equals(text) || code.synonyms().contains(text)) {
        return code;
      }
    }
    return null;
  }
}
