package io.sluice.client.haip;

import io.sluice.client.SluiceException;
import io.sluice.client.line.Way;
import io.sluice.model.ClientCode;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipDialect;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipOutgoing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Owned by its engine. What the program wants sent, from the call to what became of it: sent at
 * once, or waiting in the conversation's queues until it goes, is taken back, or is lost.
 */
final class HaipOutbox {
  private final HaipHands hands;
  private final HaipOptions options;
  private final HaipConversation talk;
  private final Way way;

  /** What waits, in the order it was given; by what it is sent with. */
  private final Map<HaipSend, HaipEvent> waiting = new LinkedHashMap<>();

  HaipOutbox(HaipHands hands, HaipOptions options, HaipConversation talk, Way way) {
    this.hands = hands;
    this.options = options;
    this.talk = talk;
    this.way = way;
  }

  /**
   * Sends a message and its end, or neither.
   *
   * @param end null: it needs none
   * @return whether a channel may stand otherwise than before
   */
  boolean send(HaipOutgoing message, @Nullable HaipOutgoing end, HaipSend send, Moment now) {
    if (isRecalled(message, send, now)) {
      return true;
    }
    if (isClogged()) {
      send.failed(hands, full("The line does not take more"));
      return false;
    }
    HaipOutgoing.Fate fate = end == null ? talk.send(message, now) : talk.send(message, end, now);
    switch (fate) {
      case SENT -> send.gone(hands);
      case QUEUED -> {
        waiting.put(send, end != null && takesEnds() ? HaipEvent.MESSAGE_END : message.type());
        send.queued(hands);
      }
      case FULL -> send.failed(hands, full("Too much waits on " + message.channel()));
      case TOO_LARGE -> send.failed(hands, tooLarge());
      case NO_CHANNEL -> send.failed(hands, refusal("invalid_channel", "Not a channel's name"));
      case NOT_ACCEPTED -> send.failed(hands, notAccepted(message));
    }
    return true;
  }

  /** As far as is known: before there is a line, all do. */
  private boolean takesEnds() {
    return !way.isStanding() || talk.accepts(HaipEvent.MESSAGE_END);
  }

  /** What a cancel means is taken back if it waits, and nothing need be said of it. */
  private boolean isRecalled(HaipOutgoing message, HaipSend send, Moment now) {
    HaipRecall recall = HaipRecall.by(message);
    if (recall == null) {
      return false;
    }
    List<HaipOutgoing> taken = talk.withdraw(message.channel(), recall.first(), recall.all(), now);
    taken.forEach(it -> lose(it, refusal(ClientCode.CANCELLED.text(), "It was cancelled")));
    if (!taken.isEmpty()) {
      send.gone(hands);
    }
    return !taken.isEmpty();
  }

  /** Where no credit bounds what is sent, the line has to. */
  private boolean isClogged() {
    return way.isStanding() && talk.dialect() == HaipDialect.NONE && !hands.isReady();
  }

  /** What waited has gone. */
  void sent(HaipOutgoing message) {
    if (message.tag() instanceof HaipSend send && waiting.remove(send, message.type())) {
      send.gone(hands);
    }
  }

  /** What waited is not what this server takes. */
  void dropped(HaipOutgoing message, HaipFault why) {
    if (message.type() != HaipEvent.MESSAGE_END) {
      lose(message, refusal(why));
    } else if (message.tag() instanceof HaipSend send && waiting.remove(send) != null) {
      // A server that takes no ends needs none.
      send.gone(hands);
    }
  }

  /** What waited is of no use any more. */
  void outrun(HaipOutgoing message) {
    lose(message, refusal(ClientCode.DROPPED.text(), "Newer sound needed its place"));
  }

  /** All that waits never goes. */
  void lost(SluiceException why) {
    waiting.keySet().forEach(send -> send.failed(hands, why));
    waiting.clear();
  }

  private void lose(HaipOutgoing message, SluiceException why) {
    if (message.tag() instanceof HaipSend send && waiting.remove(send) != null) {
      send.failed(hands, why);
    }
  }

  private SluiceException tooLarge() {
    return refusal(
        "too_big", "A message is at most " + options.client().maxPublishBytes() + " bytes");
  }

  private static SluiceException notAccepted(HaipOutgoing message) {
    return refusal(code(HaipCode.UNSUPPORTED_TYPE), "The server takes no " + message.type());
  }

  private static SluiceException full(String message) {
    return refusal(ClientCode.QUEUE_FULL.text(), message);
  }

  /** What the server found wrong. */
  static SluiceException refusal(HaipFault fault) {
    return refusal(code(fault.code()), fault.message());
  }

  static SluiceException refusal(String code, String message) {
    return new SluiceException(code, message, 0, null);
  }

  /** The codes of all of the client's troubles are in lower case. */
  private static String code(HaipCode code) {
    return code.text().toLowerCase(Locale.ROOT);
  }
}
