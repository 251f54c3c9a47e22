package io.sluice.gateway.http;

/** What a route makes of a request: it answers, or refuses. */
public sealed interface HttpReply permits HttpAnswer, HttpRefusal {
  /** To be run once nothing of it is held any more, whether it was sent or not. */
  Runnable settled();
}
