package io.sluice.gateway.http;

import java.util.concurrent.CompletionStage;

/**
 * Answers the requests of a route.
 *
 * <p>Thread: called on the connection's event loop, several loops at a time, so it must not block;
 * the answer may come later and on any thread. One that throws, or fails, is answered with 500; one
 * that has not come after {@code limits.connections.handshake} with 503.
 */
@FunctionalInterface
public interface HttpHandler {
  /** Answers one request. */
  CompletionStage<? extends HttpReply> handle(HttpCall call);
}
