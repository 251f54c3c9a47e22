package io.sluice.gateway.haip;

import io.sluice.gateway.StampedMessages;
import io.sluice.gateway.haip.HaipTally.Sum;
import io.sluice.model.StampedForm.Tail;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipEvent;
import java.util.ArrayList;
import java.util.List;

/** Puts heads before what the core delivers, as it is written. Owned by its dialog. */
final class HaipStamps {
  private static final byte[] NOTHING = {};

  private final HaipConversation conversation;
  private final byte[] head;
  private final HaipTally tally;

  /** Whose heads are written, and may not have been given. */
  private List<Stamp> written = List.of();

  private record Stamp(String channel, long offset, boolean error) {}

  /** Writes heads into its loop's room for one. */
  HaipStamps(HaipConversation conversation, HaipEndpoint.Tools tools) {
    this.conversation = conversation;
    this.head = tools.head();
    this.tally = tools.tally();
  }

  int cost(Tail tail) {
    HaipForm.Behind behind = (HaipForm.Behind) tail;
    return behind.tail().cost(conversation.dialect(), conversation.headSize(behind.channel()));
  }

  void stamp(Tail tail, long offset, StampedMessages into) {
    HaipForm.Behind behind = (HaipForm.Behind) tail;
    byte[] text = behind.tail().text();
    byte[] binary = behind.tail().binary();
    into.message(false, head, conversation.head(head, 0, behind.channel()), text, 0, text.length);
    if (binary != null) {
      into.message(true, NOTHING, 0, binary, 0, binary.length);
    }
    written = written.isEmpty() ? new ArrayList<>(4) : written;
    written.add(new Stamp(behind.channel(), offset, behind.tail().type() == HaipEvent.ERROR));
  }

  /** The first so many are on their way. */
  void sent(int sent) {
    for (int i = 0; i < sent; i++) {
      Stamp stamp = written.get(i);
      conversation.sent(stamp.channel(), stamp.offset());
      tally.add(Sum.AGENT_ERRORS, stamp.error() ? 1 : 0);
    }
    if (sent < written.size()) {
      conversation.unsent(written.size() - sent);
    }
    // An idle session has no room for any.
    written = List.of();
  }
}
