package io.sluice.gateway.haip;

import io.sluice.core.Lane;
import io.sluice.core.log.Broker;
import io.sluice.core.log.Hold;
import io.sluice.core.log.LogWatch;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.TokenVerifier;
import io.sluice.model.ChannelName;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.HaipCodec;
import io.sluice.protocol.haip.HaipSetup;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HAIP over WebSocket, and where there is none over HTTP. Shared by all event loops, safe from any
 * of them.
 *
 * <p>It is told of every channel that gets a log, because the channels of a session are read only
 * from when there is something on them.
 */
public final class HaipEndpoint implements Endpoint, LogWatch {
  /** The subprotocol that is answered if it is offered. */
  public static final String SUBPROTOCOL = "haip";

  /** The channels that every session has. */
  static final List<String> STANDING = List.of("USER", "AGENT", "SYSTEM", "AUDIO_IN", "AUDIO_OUT");

  private final HaipLimits limits;
  private final Limits server;
  private final HaipCredentials credentials;
  private final Supplier<Moment> clock;
  private final HaipSessions sessions;
  private final List<StreamEndpoint> streams;

  /** The tools of each event loop, made by it and used by it alone. */
  private final Map<Lane, Tools> tools = new ConcurrentHashMap<>();

  /**
   * What one event loop's conversations share.
   *
   * @param socket a WebSocket's end of a conversation
   * @param response that of a response that goes on, over which no binary frame travels
   * @param head room for one head
   * @param tally what they have done
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, copied by nobody
  record Tools(
      HaipSetup socket, HaipSetup response, HaipCodec codec, byte[] head, HaipTally tally) {
    /** More than a session's id, a channel's name, two numbers and the words between them. */
    private static final int HEAD_BYTES = 512;

    Tools(Limits limits) {
      this(
          HaipSetup.server(limits.socket().messageBytes(), true),
          HaipSetup.server(limits.socket().messageBytes(), false),
          new HaipCodec(limits.json()),
          new byte[HEAD_BYTES],
          new HaipTally());
    }
  }

  /**
   * An endpoint.
   *
   * @param broker asked which channels have logs
   * @param verifier checks tokens that come inside messages
   * @param agents who listens in the house
   */
  public HaipEndpoint(
      HaipLimits limits,
      Limits server,
      Broker broker,
      TokenVerifier verifier,
      HaipAgents agents,
      Supplier<Moment> clock) {
    this.limits = limits;
    this.server = server;
    this.credentials = new HaipCredentials(verifier, server.json());
    this.clock = clock;
    this.sessions = new HaipSessions(limits.resume(), agents, broker);
    this.streams = new HaipStreams(this, server.http()).all();
  }

  @Override
  public List<String> paths() {
    return List.of("/haip/websocket");
  }

  @Override
  public @Nullable String subprotocol(List<String> offered) {
    return offered.contains(SUBPROTOCOL) ? SUBPROTOCOL : null;
  }

  @Override
  public List<StreamEndpoint> streams() {
    return streams;
  }

  @Override
  public Dialog open(Connection connection, Welcome welcome) {
    return begin(connection, welcome, true, null);
  }

  /**
   * Begins the conversation of a response that goes on.
   *
   * @param expected by this it is found before it has begun; null if the request brings all
   */
  HaipDialog answer(Connection connection, Welcome welcome, @Nullable Expectation expected) {
    return begin(connection, welcome, false, expected);
  }

  private HaipDialog begin(
      Connection connection,
      Welcome welcome,
      boolean binaryFrames,
      @Nullable Expectation expected) {
    Identity identity = Objects.requireNonNull(welcome.identity(), "HAIP needs a token");
    Tools own = tools.computeIfAbsent(connection.lane(), lane -> new Tools(server));
    return HaipDialog.begin(this, connection, identity, own, binaryFrames, expected, clock.get());
  }

  @Override
  public void opened(ChannelName channel, @Nullable Hold hold, Moment now) {
    sessions.appeared(channel, hold, now);
  }

  /**
   * An agent is done with all that a person has said on a channel, up to this place. Any thread.
   */
  public void handledThrough(String session, String channel, long offset) {
    HaipDialog dialog = sessions.find(session);
    if (dialog != null) {
      dialog.handledThrough(channel, offset);
    }
  }

  /** Once a second or so, by one thread at a time: forgets who has not come back. */
  public void tick(Moment now) {
    sessions.tick(now);
  }

  /** How its sessions stand. */
  public HaipStandings standings() {
    return new HaipStandings(sessions);
  }

  /** What all conversations have done. */
  public HaipFigures figures() {
    return new HaipFigures(
        () -> tools.values().stream().map(Tools::tally), sessions::attached, sessions::kept);
  }

  HaipLimits limits() {
    return limits;
  }

  Limits server() {
    return server;
  }

  HaipCredentials credentials() {
    return credentials;
  }

  HaipSessions sessions() {
    return sessions;
  }

  Supplier<Moment> clock() {
    return clock;
  }
}
