package io.sluice.gateway.http;

/** How the body of a request ended whose response had begun: told as an event of the channel. */
public enum RequestEnd {
  /** All of it has come. */
  WHOLE,
  /** It is not well-formed: nothing more of it can be read. */
  BROKEN
}
