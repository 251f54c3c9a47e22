package io.sluice.model;

/**
 * One way of putting a publication on a wire: grammar × framing × compression. About a dozen exist
 * in a process, and one per epoch of those that name it; two subscribers of equal forms get the
 * same bytes, and a frame is made once for all of them.
 *
 * <p>Thread: {@link #encode} may be called on any lane, by several at a time.
 */
public interface Form {
  /** Encodes the publication; pure: the same publication always gives the same cost. */
  Frame encode(Publication publication);

  /** This form for publications of one epoch: another only if its bytes name the epoch. */
  default Form of(String epoch) {
    return this;
  }

  /**
   * This form for those who subscribed to a pattern, where it says so in the frame. Equal to every
   * other that was derived from this form for the same pattern, so that nobody need keep a table of
   * them; a form that says nothing of patterns is itself for all of them.
   */
  default Form under(ChannelPattern pattern) {
    return this;
  }
}
