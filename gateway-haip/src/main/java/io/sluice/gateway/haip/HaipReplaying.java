package io.sluice.gateway.haip;

import io.netty.buffer.Unpooled;
import io.sluice.core.Session;
import io.sluice.gateway.Connection;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.RequestId;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipReplay;
import io.sluice.protocol.haip.HaipTail;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Says again what a peer has not got: the conversation's own frames as they were, publications read
 * from their logs once more, each under its old number. Owned by its dialog; one piece at a time,
 * as fast as the socket takes it.
 */
final class HaipReplaying {
  /** Names our own questions to the log among the answers of the session. */
  static final RequestId ASKED = new RequestId("\"again\"");

  private final Connection connection;
  private final HaipConversation conversation;
  private final Queue<HaipReplay> left = new ArrayDeque<>();
  private HaipReplay.@Nullable Published current;
  private long next;

  HaipReplaying(Connection connection, HaipConversation conversation, List<HaipReplay> again) {
    this.connection = connection;
    this.conversation = conversation;
    left.addAll(again);
  }

  /**
   * Goes on as far as it can without an answer.
   *
   * @return whether all is said
   */
  boolean goOn(Session session, SessionChannels channels, HaipReads reads, Moment now) {
    while (current == null) {
      HaipReplay piece = left.poll();
      if (piece == null) {
        return true;
      }
      switch (piece) {
        case HaipReplay.Said said -> say(said.text(), said.text().length, said.binary());
        case HaipReplay.Published published -> {
          current = published;
          next = published.firstOffset();
        }
      }
    }
    String epoch = reads.epoch(current.channel());
    session.accept(
        new Command.History(
            ASKED,
            channels.onHub(current.channel()),
            new Position(epoch == null ? "-" : epoch, next - 1),
            (int) Math.min(Command.History.MAX_LIMIT, current.lastOffset() - next + 1)),
        now);
    return false;
  }

  /** The log has answered. */
  void heard(Event.History history, HaipForm form, Moment now) {
    HaipReplay.Published asked = current;
    if (asked == null) {
      return;
    }
    for (Publication publication : history.publications()) {
      if (publication.offset() > asked.lastOffset()) {
        break;
      }
      if (publication.offset() > next) {
        // Evicted since it was said: those numbers are nobody's any more.
        conversation.gap(asked.channel(), next, publication.offset() - 1, now);
      }
      next = publication.offset() + 1;
      long seq = asked.firstSeq() + publication.offset() - asked.firstOffset();
      say(asked.channel(), seq, form.tail(publication).tail());
    }
    if (next > asked.lastOffset() || history.publications().isEmpty()) {
      if (next <= asked.lastOffset()) {
        conversation.gap(asked.channel(), next, asked.lastOffset(), now);
      }
      current = null;
    }
  }

  private void say(String channel, long seq, HaipTail tail) {
    byte[] text = tail.text();
    byte[] frame = new byte[conversation.headAgainSize(channel, seq) + text.length];
    int at = conversation.headAgain(frame, 0, channel, seq);
    System.arraycopy(text, 0, frame, at, text.length);
    say(frame, at + text.length, tail.binary());
  }

  private void say(byte[] text, int length, byte @Nullable [] binary) {
    connection.send(false, Unpooled.wrappedBuffer(text, 0, length));
    if (binary != null) {
      connection.send(true, Unpooled.wrappedBuffer(binary));
    }
  }

  /** The log could not answer. */
  void failed(Moment now) {
    HaipReplay.Published asked = current;
    current = null;
    if (asked != null) {
      conversation.gap(asked.channel(), next, asked.lastOffset(), now);
    }
  }
}
