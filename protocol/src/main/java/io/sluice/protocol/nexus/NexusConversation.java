package io.sluice.protocol.nexus;

import io.netty.buffer.ByteBuf;
import io.sluice.model.Event;
import io.sluice.model.Inbound;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the event loop of its connection. One peer's side of Nexus: all it remembers is the
 * grammar, which grows from the seed's to the extended one with the first optional field and never
 * shrinks.
 */
public final class NexusConversation {
  private final NexusCodec codec;
  private NexusGrammar grammar;

  /**
   * A conversation that begins.
   *
   * @param codec the event loop's
   * @param grammar what the handshake settled, see {@link NexusGrammar#of}
   */
  public NexusConversation(NexusCodec codec, NexusGrammar grammar) {
    this.codec = codec;
    this.grammar = grammar;
  }

  /**
   * Reads one text message. Whatever it is, the sink is called at least once, and either with one
   * rejection or with commands only. The grammar has grown before the first call.
   *
   * <p>Not to be called again from inside the sink.
   *
   * @param message all of it, known to be UTF-8; neither kept nor moved
   */
  public void read(ByteBuf message, Consumer<Inbound> sink) {
    codec.read(message, this, sink);
  }

  /** Writes one event as one text message; null if this peer's grammar has no word for it. */
  public byte @Nullable [] write(Event event) {
    return grammar.knows(event) ? codec.write(event, grammar) : null;
  }

  /** Whether the peer speaks the extended grammar. */
  public boolean extended() {
    return grammar == NexusGrammar.EXTENDED;
  }

  /** What publications look like to this peer. */
  public NexusGrammar grammar() {
    return grammar;
  }

  void extend() {
    grammar = NexusGrammar.EXTENDED;
  }
}
