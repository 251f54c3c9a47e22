package io.sluice.model;

/**
 * The id a peer gave a request, as its form wrote it: JSON text of a string or a number, so that
 * the echo is exact.
 *
 * @param raw the token as it came, quotes included
 */
public record RequestId(String raw) {
  /** The longest id, in characters of its token. */
  public static final int MAX_LENGTH = 128;
}
