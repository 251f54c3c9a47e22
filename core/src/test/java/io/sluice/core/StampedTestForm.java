package io.sluice.core;

import io.sluice.model.Draft;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import io.sluice.model.StampedForm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stamped form of one session, which does not want its own back; what begins with "free" costs
 * nothing. Immutable.
 */
record StampedTestForm(String session, CountingForm tails) implements StampedForm {
  private static final byte[] FREE = "free".getBytes(StandardCharsets.UTF_8);

  /** A frame without its number. */
  record Framed(Frame frame, boolean free) implements Tail {
    /** What it costs with its number: one more than it does without. */
    int cost() {
      return free ? 0 : frame.cost() + 1;
    }
  }

  /** What a publication costs with its number. */
  static int cost(Draft draft) {
    return framed(new CountingForm(1), new Publication(1, 0, draft)).cost();
  }

  private static Framed framed(CountingForm tails, Publication publication) {
    byte[] payload = publication.draft().payload().bytes();
    boolean free =
        payload.length >= FREE.length
            && Arrays.equals(payload, 0, FREE.length, FREE, 0, FREE.length);
    return new Framed(tails.encode(publication), free);
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
    return framed(tails, publication);
  }
}
