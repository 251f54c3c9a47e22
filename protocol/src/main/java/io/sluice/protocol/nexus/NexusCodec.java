package io.sluice.protocol.nexus;

import io.netty.buffer.ByteBuf;
import io.sluice.model.Code;
import io.sluice.model.Event;
import io.sluice.model.Inbound;
import io.sluice.model.Limits;
import io.sluice.model.RequestId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Owner: one event loop. The tools its Nexus conversations share: the scanner, the place a message
 * is copied to, the buffer an event is written in. Between calls it holds nothing of any message
 * but room, at most {@link #KEPT_BYTES} of it for messages.
 */
public final class NexusCodec {
  /** Room for messages that is kept; a longer one gets its own and leaves it. */
  static final int KEPT_BYTES = 16 << 10;

  private final NexusMessage message;
  private final NexusRequests requests;
  private final NexusEvents events = new NexusEvents();
  private final byte[] room = new byte[KEPT_BYTES];

  /** Tools that hold peers to these limits. */
  public NexusCodec(Limits limits) {
    message = new NexusMessage(limits.json());
    requests = new NexusRequests(limits.session(), limits.json());
  }

  /** Reads one message for a conversation; the sink gets at least one answer. */
  void read(ByteBuf text, NexusConversation conversation, Consumer<Inbound> sink) {
    boolean good = scan(text);
    try {
      if (message.isExtending()) {
        conversation.extend();
      }
      if (good) {
        decode(sink);
      } else {
        sink.accept(malformed());
      }
    } finally {
      message.release();
    }
  }

  private boolean scan(ByteBuf text) {
    int length = text.readableBytes();
    if (text.hasArray()) {
      int from = text.arrayOffset() + text.readerIndex();
      return message.scan(text.array(), from, from + length);
    }
    byte[] bytes = length <= room.length ? room : new byte[length];
    text.getBytes(text.readerIndex(), bytes, 0, length);
    return message.scan(bytes, 0, length);
  }

  private void decode(Consumer<Inbound> sink) {
    RequestId id = null;
    try {
      id = message.id();
      requests.decode(message, id, sink);
    } catch (Refused refused) {
      sink.accept(new Inbound.Rejected(id, refused.fault()));
    }
  }

  /** Echoes the id if the message was good as far as that. */
  private Inbound malformed() {
    Refused refused = new Refused(Code.INVALID_JSON, "Invalid JSON format");
    return new Inbound.Rejected(idIfGood(), refused.fault());
  }

  private @Nullable RequestId idIfGood() {
    try {
      return message.id();
    } catch (Refused ignored) {
      return null;
    }
  }

  byte[] write(Event event, NexusGrammar grammar) {
    return events.write(event, grammar);
  }
}
