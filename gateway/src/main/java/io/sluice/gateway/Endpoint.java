package io.sluice.gateway;

import io.sluice.model.Identity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is spoken at some paths of the server once the WebSocket stands. The gateway has checked the
 * upgrade, the origin and the token before; whoever embeds the server may register more.
 *
 * <p>Thread: {@link #open} is called on the event loop that owns the connection.
 */
public interface Endpoint {
  /** The paths this is spoken at, exact, each beginning with a slash. */
  List<String> paths();

  /**
   * Which subprotocol to answer with.
   *
   * @param offered what the client offered, in its order, tokens left out
   * @return one of the offered, or null to answer with none
   */
  @Nullable String subprotocol(List<String> offered);

  /** Whether an upgrade needs a valid token. */
  default boolean needsToken() {
    return true;
  }

  /** Where else the same is to be had, without a WebSocket. */
  default List<StreamEndpoint> streams() {
    return List.of();
  }

  /** Begins a conversation; the 101 has been sent. */
  Dialog open(Connection connection, Welcome welcome);

  /**
   * What the gateway knows of a new connection.
   *
   * @param identity whose token it was; null only where no token is needed
   * @param subprotocol what was answered; null for none
   * @param query the decoded parameters of the request, the token's among them
   * @param remote the peer's address, for logs
   */
  record Welcome(
      @Nullable Identity identity,
      @Nullable String subprotocol,
      Map<String, List<String>> query,
      String remote) {

    /** One who asked for nothing in particular. */
    public Welcome(@Nullable Identity identity, @Nullable String subprotocol, String remote) {
      this(identity, subprotocol, Map.of(), remote);
    }

    /** The first value of a parameter; null if there is none. */
    public @Nullable String parameter(String name) {
      List<String> values = query.get(name);
      return values == null || values.isEmpty() ? null : values.getFirst();
    }
  }
}
