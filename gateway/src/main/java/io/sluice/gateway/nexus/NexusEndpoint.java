package io.sluice.gateway.nexus;

import io.sluice.core.Lane;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.model.Form;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.nexus.NexusCodec;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Nexus over WebSocket. Shared by all event loops, safe from any of them; closed when all have
 * stopped.
 */
public final class NexusEndpoint implements Endpoint, AutoCloseable {
  private static final List<String> PATHS = List.of("/ws", "/");

  private final Limits limits;
  private final Supplier<Moment> clock;
  private final Deflaters deflaters = new Deflaters();
  private final Form seed = new WebSocketForm(NexusGrammar.SEED, null);
  private final Form seedDeflated = new WebSocketForm(NexusGrammar.SEED, deflaters);
  private final Form extended = new WebSocketForm(NexusGrammar.EXTENDED, null);
  private final Form extendedDeflated = new WebSocketForm(NexusGrammar.EXTENDED, deflaters);

  /** The tools of each event loop, made by it and used by it alone. */
  private final Map<Lane, NexusCodec> codecs = new ConcurrentHashMap<>();

  /** An endpoint that holds its peers to these limits. */
  public NexusEndpoint(Limits limits, Supplier<Moment> clock) {
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public List<String> paths() {
    return PATHS;
  }

  @Override
  public @Nullable String subprotocol(List<String> offered) {
    if (offered.contains(NexusGrammar.EXTENDED_SUBPROTOCOL)) {
      return NexusGrammar.EXTENDED_SUBPROTOCOL;
    }
    return offered.contains(NexusGrammar.SUBPROTOCOL) ? NexusGrammar.SUBPROTOCOL : null;
  }

  @Override
  public Dialog open(Connection connection, Welcome welcome) {
    NexusCodec codec = codecs.computeIfAbsent(connection.lane(), lane -> new NexusCodec(limits));
    return NexusDialog.begin(this, connection, codec, welcome, connectionId(), clock.get());
  }

  private static String connectionId() {
    return UUID.randomUUID().toString();
  }

  /** What publications look like to such a peer. */
  Form form(NexusGrammar grammar, boolean deflates) {
    return switch (grammar) {
      case SEED -> deflates ? seedDeflated : seed;
      case EXTENDED -> deflates ? extendedDeflated : extended;
    };
  }

  @Override
  public void close() {
    deflaters.close();
  }
}
