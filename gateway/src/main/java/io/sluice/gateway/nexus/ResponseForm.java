package io.sluice.gateway.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.gateway.response.ResponseFraming;
import io.sluice.gateway.response.Style;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Draft;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import io.sluice.protocol.nexus.NexusGrammar;
import org.jspecify.annotations.Nullable;

/**
 * A publication as one piece of a response that goes on. What it costs is what it costs over a
 * WebSocket. An event names its place in the log, so that who comes back can say where it was: the
 * epoch is a part of the form, and two are equal that name the same.
 *
 * @param epoch what the events' ids begin with; null where there are none
 * @param pattern what its readers subscribed to; null for a channel
 */
record ResponseForm(
    ResponseFraming framing, @Nullable String epoch, @Nullable ChannelPattern pattern)
    implements Form {
  private static final NexusGrammar GRAMMAR = NexusGrammar.EXTENDED;
  private static final byte[] NOTHING = {};

  @Override
  public Form of(String named) {
    return framing.style() == Style.EVENTS ? new ResponseForm(framing, named, pattern) : this;
  }

  @Override
  public Form under(ChannelPattern other) {
    return new ResponseForm(framing, epoch, other);
  }

  @Override
  public Frame encode(Publication publication) {
    int cost = GRAMMAR.size(publication, pattern);
    Style style = framing.style();
    byte[] id = id(publication);
    int piece = id.length + style.size(cost);
    byte[] frame = new byte[framing.size(piece)];
    int at = Style.put(id, frame, framing.begin(piece, frame, 0));
    int from = style.begin(frame, at);
    int end = style.end(frame, from, GRAMMAR.write(publication, pattern, frame, from));
    int _ = framing.end(frame, end);
    return new Frame(frame, cost);
  }

  /** Who comes and goes has no place in the channel's log. */
  private byte[] id(Publication publication) {
    Draft.Kind kind = publication.draft().kind();
    boolean placed = kind == Draft.Kind.MESSAGE || kind == Draft.Kind.BROADCAST;
    return epoch == null || !placed
        ? NOTHING
        : EventId.line(epoch, publication.offset()).getBytes(UTF_8);
  }
}
