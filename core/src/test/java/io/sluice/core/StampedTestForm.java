package io.sluice.core;

import io.sluice.model.Draft;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import io.sluice.model.StampedForm;

/** A stamped form of one session, which does not want its own back. Immutable. */
record StampedTestForm(String session, CountingForm tails) implements StampedForm {
  /** A frame without its number. */
  record Framed(Frame frame) implements Tail {}

  /** What a publication costs with its number. */
  static int cost(Draft draft) {
    return new CountingForm(1).encode(new Publication(1, 0, draft)).cost() + 1;
  }

  StampedTestForm(String session) {
    this(session, new CountingForm(1));
  }

  @Override
  public boolean concerns(Publication publication) {
    return !session.equals(publication.draft().publisher());
  }

  @Override
  public Tail tail(Publication publication) {
    return new Framed(tails.encode(publication));
  }
}
