package io.sluice.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sluice.core.Meter;
import io.sluice.core.Ports;
import io.sluice.core.Switchboard;
import io.sluice.core.Tokens;
import io.sluice.core.Whom;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.presence.Presence;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.http.Client;
import io.sluice.gateway.http.Gatehouse;
import io.sluice.gateway.http.HttpSettings;
import io.sluice.gateway.nexus.NexusEndpoint;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.ChannelSettings;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** The whole gateway, with limits so tight that each can be reached within a second or two. */
final class EndingHouse implements AutoCloseable {
  static final int MESSAGE_BYTES = 1_000;
  static final int FRAMES_PER_MESSAGE = 4;
  static final int CONTROL_FRAMES = 4;

  /** After two of these, a peer that says nothing is idle. */
  static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /** The token of somebody whose time is over as soon as it is looked at. */
  static final String BRIEF = "brief";

  final GatewayMeter meter = new GatewayMeter();
  private final Limits limits;
  private final NexusEndpoint nexus;
  private final Switchboard switchboard;
  private final GatewayServer server;
  private final InetSocketAddress address;
  private boolean stopped;

  EndingHouse() throws IOException {
    this(HEARTBEAT, broker -> broker);
  }

  /** A house whose lanes have something else for a broker. */
  EndingHouse(Duration heartbeat, UnaryOperator<Broker> instead) throws IOException {
    limits = limits(heartbeat);
    nexus = new NexusEndpoint(limits, EndingHouse::now);
    Broker broker = instead.apply(new MemoryBroker(limits.hub(), namespaces(), () -> "epoch"));
    HttpSettings pages =
        new HttpSettings(List.of(), List.of(nexus, new Broken()), false, Set.of("*"));
    switchboard =
        new Switchboard(
            limits, new Ports(broker, Presence.NONE, Tokens.NONE, namespaces(), new Meter()));
    server =
        new GatewayServer(
            new GatewaySettings(1, SocketKind.best(), 64),
            new Gatehouse(pages, (token, now) -> verdict(token), meter, limits),
            limits,
            EndingHouse::now,
            switchboard::lane,
            meter);
    address = server.bind(InetAddress.getLoopbackAddress(), 0);
  }

  /** Who asks for it is closed when one publication has passed it by. */
  private static Namespaces namespaces() {
    ChannelSettings usual = ChannelSettings.of(Limits.Log.DEFAULTS);
    return new Namespaces(
        List.of(),
        new ChannelSettings(
            usual.log(),
            new ChannelSettings.Delivery(
                Policy.LOSSLESS,
                Set.of(Policy.values()),
                ChannelSettings.Delivery.BY_KEY,
                1_000,
                64,
                1),
            usual.hold(),
            usual.feed(),
            usual.presence(),
            usual.rights(),
            usual.clients(),
            usual.priority()));
  }

  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  private static CompletableFuture<Verdict> verdict(String token) {
    long end = token.equals(BRIEF) ? now().epochMillis() : Long.MAX_VALUE;
    return CompletableFuture.completedFuture(
        new Verdict.Accepted(new Identity(token, null, Grants.ALL, end)));
  }

  private static Limits limits(Duration heartbeat) {
    Limits usual = Limits.defaults(1 << 28);
    Limits.Session session = usual.session();
    Limits.Socket socket = usual.socket();
    return new Limits(
        usual.log(),
        usual.hub(),
        new Limits.Session(
            session.subscriptions(),
            session.channelsPerMessage(),
            session.filters(),
            session.filterBytes(),
            session.allFilterBytes(),
            session.commandsWaiting(),
            session.publishesInFlight(),
            session.publishBytesInFlight(),
            session.heldPublishes(),
            session.heldBytes(),
            session.inquiries(),
            session.historyBytes(),
            heartbeat),
        usual.lane(),
        new Limits.Socket(
            MESSAGE_BYTES,
            FRAMES_PER_MESSAGE,
            socket.streamsPerMessage(),
            Duration.ofMillis(100),
            CONTROL_FRAMES,
            socket.controlBytes(),
            socket.restBytes(),
            socket.heldBytes(),
            socket.closeTimeout()),
        usual.http(),
        usual.connections(),
        usual.json(),
        usual.token(),
        usual.presence());
  }

  /** Somebody who speaks Nexus and has been greeted. */
  Client connect(String token) throws IOException {
    Client client = open("/ws?token=" + token);
    assertThat(client.readFrame().payload()).contains("\"connected\"");
    return client;
  }

  /** Ends all of a user's connections; how many there were. */
  int disconnect(String user, CloseReason reason) {
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    switchboard.disconnect(new Whom.User(user), reason, ended::complete);
    return ended.join();
  }

  /** Somebody whose dialog throws at the first message. */
  Client connectToBroken() throws IOException {
    return open("/broken?token=any");
  }

  private Client open(String target) throws IOException {
    Client client = new Client(address);
    client.send(
        "GET "
            + target
            + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
    return client;
  }

  /** Reads up to the close frame, past pings. */
  static ServerFrame readClose(Client client) throws IOException {
    Client.Frame frame = client.readFrame();
    while (frame.first() != 0x88) {
      frame = client.readFrame();
    }
    return new ServerFrame(
        ServerFrame.CLOSE, frame.payload().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  /** Stops, at most once. */
  void stop() {
    if (!stopped) {
      stopped = true;
      server.stop();
    }
  }

  @Override
  public void close() {
    stop();
    nexus.close();
  }

  private static final class Broken implements Endpoint {
    @Override
    public List<String> paths() {
      return List.of("/broken");
    }

    @Override
    public String subprotocol(List<String> offered) {
      return null;
    }

    @Override
    public Dialog open(Connection connection, Welcome welcome) {
      return new Dialog() {
        @Override
        public void text(ByteBuf message, Moment now) {
          throw new IllegalStateException("on purpose");
        }

        @Override
        public void binary(ByteBuf message, Moment now) {}

        @Override
        public byte[] encode(Event event) {
          return new byte[0];
        }

        @Override
        public void closed(CloseReason reason) {}
      };
    }
  }
}
