package io.sluice.core;

import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Publication;

/** A stamped form of one session, which does not want its own back. Immutable. */
record StampedForm(String session, CountingForm tails) implements Form {
  StampedForm(String session) {
    this(session, new CountingForm(1));
  }

  @Override
  public boolean isStamped() {
    return true;
  }

  @Override
  public boolean concerns(Publication publication) {
    return !session.equals(publication.draft().publisher());
  }

  @Override
  public Frame encode(Publication publication) {
    return tails.encode(publication);
  }
}
