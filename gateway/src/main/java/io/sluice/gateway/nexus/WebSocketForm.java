package io.sluice.gateway.nexus;

import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import io.sluice.protocol.nexus.NexusGrammar;
import org.jspecify.annotations.Nullable;

/**
 * A publication as one text frame: a grammar of Nexus, plain or deflated. Shared by all event loops
 * and compared by identity. What it costs is always the length of the uncompressed message, which
 * is what a client sees.
 */
final class WebSocketForm implements Form {
  private final NexusGrammar grammar;
  private final @Nullable Deflaters deflaters;

  /**
   * A form.
   *
   * @param deflaters compress the messages that are worth it; null for a plain form
   */
  WebSocketForm(NexusGrammar grammar, @Nullable Deflaters deflaters) {
    this.grammar = grammar;
    this.deflaters = deflaters;
  }

  @Override
  public Frame encode(Publication publication) {
    int size = grammar.size(publication);
    if (deflaters == null || !Deflaters.areWorth(size)) {
      return new Frame(plain(publication, size), size);
    }
    byte[] message = new byte[size];
    int _ = grammar.write(publication, message, 0);
    return new Frame(deflaters.frame(message), size);
  }

  private byte[] plain(Publication publication, int size) {
    byte[] frame = new byte[Frames.headerBytes(size) + size];
    int begin = Frames.writeHeader(frame, 0, FrameKind.TEXT, size);
    int _ = grammar.write(publication, frame, begin);
    return frame;
  }
}
