package io.sluice.model;

/**
 * One way of putting a publication on a wire: grammar × framing × compression. About a dozen exist
 * in a process; two subscribers of the same form get the same bytes. Compared by identity.
 *
 * <p>Thread: {@link #encode} may be called on any lane, by several at a time.
 */
public interface Form {
  /** Encodes the publication; pure: the same publication always gives the same cost. */
  Frame encode(Publication publication);
}
