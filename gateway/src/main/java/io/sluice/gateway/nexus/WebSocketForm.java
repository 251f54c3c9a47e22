package io.sluice.gateway.nexus;

import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import io.sluice.protocol.nexus.NexusGrammar;
import org.jspecify.annotations.Nullable;

/**
 * A publication as one text frame: a grammar of Nexus, plain or deflated. Shared by all event
 * loops. What it costs is always the length of the uncompressed message, which is what a client
 * sees.
 *
 * @param deflaters compress the messages that are worth it; null for a plain form
 * @param pattern what its readers subscribed to; null for a channel
 */
record WebSocketForm(
    NexusGrammar grammar, @Nullable Deflaters deflaters, @Nullable ChannelPattern pattern)
    implements Form {

  /** A form for channels. */
  WebSocketForm(NexusGrammar grammar, @Nullable Deflaters deflaters) {
    this(grammar, deflaters, null);
  }

  @Override
  public Form under(ChannelPattern other) {
    return new WebSocketForm(grammar, deflaters, other);
  }

  @Override
  public Frame encode(Publication publication) {
    int size = grammar.size(publication, pattern);
    if (deflaters == null || !Deflaters.areWorth(size)) {
      return new Frame(plain(publication, size), size);
    }
    byte[] message = new byte[size];
    int _ = grammar.write(publication, pattern, message, 0);
    return new Frame(deflaters.frame(message), size);
  }

  private byte[] plain(Publication publication, int size) {
    byte[] frame = new byte[Frames.headerBytes(size) + size];
    int begin = Frames.writeHeader(frame, 0, FrameKind.TEXT, size);
    int _ = grammar.write(publication, pattern, frame, begin);
    return frame;
  }
}
