package io.sluice.cli;

import java.net.URI;
import java.util.function.UnaryOperator;

/**
 * A server to talk to.
 *
 * @param socket where its WebSocket is
 * @param tokens gives a token whenever one is needed; a token that is made here is for the user
 *     with this behind its name
 */
record Server(URI socket, UnaryOperator<String> tokens) {
  /** A token for the user. */
  String token() {
    return tokens.apply("");
  }

  /** A page of the server's, over HTTP. */
  URI page(String path) {
    String scheme = socket.getScheme().equals("wss") ? "https" : "http";
    return URI.create(scheme + "://" + socket.getRawAuthority() + path);
  }
}
