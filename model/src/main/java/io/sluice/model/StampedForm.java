package io.sluice.model;

/**
 * A form in which every message has a head of its connection's own before what is said of the
 * publication, with a number that is given when it is written. It is one connection's, and what it
 * makes is remembered by nobody.
 */
public interface StampedForm extends Form {
  /** What it makes of a publication; only its own protocol can look into it. */
  interface Tail {}

  /** Whether it has anything to say of this publication. */
  boolean concerns(Publication publication);

  /** What goes behind the head; pure. */
  Tail tail(Publication publication);

  /** There are no frames without heads. */
  @Override
  default Frame encode(Publication publication) {
    throw new UnsupportedOperationException("a stamped form");
  }
}
