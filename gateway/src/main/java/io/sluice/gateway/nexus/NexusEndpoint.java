package io.sluice.gateway.nexus;

import io.sluice.core.Lane;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.response.ResponseFraming;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.nexus.NexusCodec;
import io.sluice.protocol.nexus.NexusConversation;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Nexus over WebSocket, and where there is none over HTTP. Shared by all event loops, safe from any
 * of them; closed when all have stopped.
 */
public final class NexusEndpoint implements Endpoint, AutoCloseable {
  private static final List<String> PATHS = List.of("/ws", "/");

  private final Limits limits;
  private final Supplier<Moment> clock;
  private final Deflaters deflaters = new Deflaters();
  private final Speech plain = webSocket(null);
  private final Speech deflated = webSocket(deflaters);
  private final List<StreamEndpoint> streams;

  /** The tools of each event loop, made by it and used by it alone. */
  private final Map<Lane, NexusCodec> codecs = new ConcurrentHashMap<>();

  /** An endpoint that holds its peers to these limits. */
  public NexusEndpoint(Limits limits, Supplier<Moment> clock) {
    this.limits = limits;
    this.clock = clock;
    this.streams =
        List.of(new LinesEndpoint(this, limits.http()), new EventsEndpoint(this, limits));
  }

  private static Speech webSocket(@Nullable Deflaters deflaters) {
    return new WebSocketSpeech(
        new WebSocketForm(NexusGrammar.SEED, deflaters),
        new WebSocketForm(NexusGrammar.EXTENDED, deflaters));
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
  public List<StreamEndpoint> streams() {
    return streams;
  }

  @Override
  public Dialog open(Connection connection, Welcome welcome) {
    NexusGrammar grammar = NexusGrammar.of(welcome.subprotocol());
    return begin(connection, welcome, grammar, connection.deflates() ? deflated : plain);
  }

  /** Answers a request whose lines these are. */
  StreamEndpoint.Reading answer(ResponseFraming framing, byte[] lines) {
    Speech speech = new ResponseSpeech(framing);
    return new StreamEndpoint.Reading.Answered(
        framing,
        lines,
        (connection, welcome) ->
            begin(connection, welcome, NexusGrammar.EXTENDED, speech).ofRequest());
  }

  private NexusDialog begin(
      Connection connection, Welcome welcome, NexusGrammar grammar, Speech speech) {
    NexusCodec codec = codecs.computeIfAbsent(connection.lane(), lane -> new NexusCodec(limits));
    NexusConversation conversation = new NexusConversation(codec, grammar);
    return NexusDialog.begin(
        connection, conversation, speech, welcome, connectionId(), clock.get());
  }

  private static String connectionId() {
    return UUID.randomUUID().toString();
  }

  @Override
  public void close() {
    deflaters.close();
  }
}
