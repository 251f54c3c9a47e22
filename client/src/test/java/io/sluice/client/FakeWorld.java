package io.sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Inbound;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.protocol.nexus.NexusCodec;
import io.sluice.protocol.nexus.NexusConversation;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A world for one engine, on virtual time: a supplier of tokens, lines, and a server that speaks
 * with the server's own grammar, keeps to credit, and remembers keys. What goes wrong in it is said
 * by its fields.
 */
final class FakeWorld implements Hands {
  static final long MILLI = 1_000_000;
  private static final Limits LIMITS = Limits.defaults(1L << 30);

  final Engine engine;
  final List<ClientState> states = new ArrayList<>();
  final List<String> errors = new ArrayList<>();
  final List<String> sent = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  final Map<String, List<Publication>> logs = new HashMap<>();

  String token = "token";
  boolean tokenHangs;
  boolean tokenFails;
  boolean opensHang;
  boolean opensFail;
  boolean greetingHangs;
  boolean blackHole;
  boolean deaf;
  boolean congested;

  /** The server reads, and a test speaks for it. */
  boolean mute;

  /** What is on its way when a line breaks is read by the server all the same, later. */
  boolean lingers;

  int refusal;
  long expiresIn;
  String epoch = "e1";
  @Nullable Code nextFault;
  int tokensAsked;
  long latency = MILLI;

  /** What was published to any channel, as a feed around them all numbers it. */
  final List<Publication> feed = new ArrayList<>();

  /** Channels whose readers are slow: what is published to them waits. */
  final Set<String> slow = new HashSet<>();

  private final List<Waiting> room = new ArrayList<>();
  private final PriorityQueue<Later> later = new PriorityQueue<>();
  private final Map<String, Reader> readers = new HashMap<>();
  private final Set<Long> holed = new HashSet<>();
  private final Map<String, Position> keys = new HashMap<>();
  private NexusConversation conversation = begin();
  private long now = 1;
  private long order;
  private long open;
  private long lastToClient;
  private long lastToServer;
  private int ticks;

  private record Later(long at, long order, Runnable task) implements Comparable<Later> {
    @Override
    public int compareTo(Later other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  /** A publication that waits for slow readers, and the line it came by. */
  private record Waiting(long line, Command.Publish publish) {}

  /** What the server knows of one subscription. */
  private static final class Reader {
    long next;
    long messages;
    long bytes;
  }

  FakeWorld(ClientLimits limits, RandomGenerator random) {
    engine = new Engine(limits, true, this, random);
  }

  private static NexusConversation begin() {
    return new NexusConversation(new NexusCodec(LIMITS), NexusGrammar.EXTENDED);
  }

  Moment now() {
    return new Moment(now, now / MILLI);
  }

  long millis() {
    return now / MILLI;
  }

  // Time.

  void after(long nanos, Runnable task) {
    later.add(new Later(now + nanos, order++, task));
  }

  /** Lets time pass: everything due happens, the engine's own deadlines among it. */
  void pass(long millis) {
    long end = now + millis * MILLI;
    while (true) {
      settle();
      Later next = later.peek();
      long at = Math.min(next == null ? Long.MAX_VALUE : next.at(), engine.deadline());
      if (at > end) {
        break;
      }
      now = Math.max(now, at);
      if (next != null && next.at() <= now) {
        later.remove().task().run();
      } else {
        engine.tick(now());
        ticks = engine.deadline() <= now ? ticks + 1 : 0;
        assertThat(ticks).as("ticks without effect in %s", engine.state()).isLessThan(1_000);
      }
    }
    now = end;
  }

  /** What the driver does after each batch, and what must hold then. */
  void settle() {
    engine.settle();
    ClientState state = engine.state();
    boolean resting = state == ClientState.IDLE || state.isFinal();
    assertThat(engine.deadline() == Long.MAX_VALUE)
        .as("in %s some timer leads on", state)
        .isEqualTo(resting);
  }

  // What the program does.

  CompletableFuture<Connected> connect() {
    CompletableFuture<Connected> future = new CompletableFuture<>();
    engine.connect(future, now());
    return future;
  }

  CompletableFuture<Receipt> publish(String channel, String json, String key) {
    CompletableFuture<Receipt> future = new CompletableFuture<>();
    long id = engine.nextId();
    String text = engine.writer().publish(id, channel, json, true, null, key);
    engine.ask(
        new Request<>(
            id, channel, text, text.length(), Request.Kind.PUBLISH, future, Answers::receipt),
        now());
    settle();
    return future;
  }

  FakeFeed subscribe(String channel, SubscribeOptions options, boolean onDemand) {
    Window window =
        onDemand
            ? Window.onDemand(options.bytes())
            : Window.moving(options.messages(), options.bytes());
    FakeFeed feed = new FakeFeed(this, options);
    feed.subscriber = new Subscriber(channel, options, window, feed, new CompletableFuture<>());
    engine.subscribe(feed.subscriber, now());
    settle();
    return feed;
  }

  // What the server does.

  void append(String channel, String json) {
    JsonPayload payload = JsonPayload.parse(json.getBytes(UTF_8), LIMITS.json());
    append(new Draft(new ChannelName(channel), Draft.Kind.BROADCAST, null, payload, null, null));
  }

  private Position append(Draft draft) {
    Position before = draft.idempotencyKey() == null ? null : keys.get(draft.idempotencyKey());
    if (before != null) {
      return before;
    }
    List<Publication> log = log(draft.channel().value());
    Publication publication = new Publication(log.size() + 1, now / MILLI, draft);
    log.add(publication);
    feed.add(publication);
    Position position = new Position(epoch, log.size());
    if (draft.idempotencyKey() != null) {
      keys.put(draft.idempotencyKey(), position);
    }
    deliver(draft.channel().value());
    readers.keySet().stream().filter(ChannelPattern::hasWildcard).forEach(this::deliver);
    return position;
  }

  List<Publication> log(String channel) {
    return ChannelPattern.hasWildcard(channel)
        ? feed
        : logs.computeIfAbsent(channel, name -> new ArrayList<>());
  }

  private void deliver(String channel) {
    Reader reader = readers.get(channel);
    List<Publication> log = log(channel);
    while (reader != null
        && open != 0
        && reader.next <= log.size()
        && reader.messages > 0
        && reader.bytes > 0) {
      Publication publication = log.get((int) reader.next - 1);
      byte[] bytes = frame(publication, channel, reader.next);
      reader.next++;
      reader.messages--;
      reader.bytes -= bytes.length;
      say(bytes);
    }
  }

  private byte[] frame(Publication publication, String subject, long offset) {
    byte[] bytes = new byte[NexusGrammar.EXTENDED.size(publication)];
    NexusGrammar.EXTENDED.write(publication, bytes, 0);
    if (!ChannelPattern.hasWildcard(subject)) {
      return bytes;
    }
    String plain = new String(bytes, UTF_8);
    return (plain.substring(0, plain.length() - 1)
            + ",\"epoch\":\"%s\",\"feed\":{\"epoch\":\"f%s\",\"offset\":%d},\"pattern\":\"%s\"}"
                .formatted(epoch, epoch, offset, subject))
        .getBytes(UTF_8);
  }

  /** The epoch of a channel, or of the feed. */
  private String epochOf(String subject) {
    return ChannelPattern.hasWildcard(subject) ? "f" + epoch : epoch;
  }

  /** Readers of a channel have read: what waits enters, and whoever is still there is told. */
  void release(String channel) {
    slow.remove(channel);
    List<Waiting> enter =
        room.stream().filter(it -> it.publish().channel().value().equals(channel)).toList();
    room.removeAll(enter);
    for (Waiting waiting : enter) {
      Command.Publish publish = waiting.publish();
      Position position = append(draft(publish));
      sayOn(waiting.line(), new Event.Published(publish.id(), publish.channel(), position));
    }
    if (enter.stream().anyMatch(it -> it.line() == open)) {
      say(new Event.Released(new ChannelName(channel)));
    }
  }

  private void publish(Command.Publish publish, long line) {
    String channel = publish.channel().value();
    if (!slow.contains(channel)) {
      Position position = append(draft(publish));
      sayOn(line, new Event.Published(publish.id(), publish.channel(), position));
      return;
    }
    long mine =
        room.stream()
            .filter(it -> it.line() == line && it.publish().channel().equals(publish.channel()))
            .count();
    assertThat(mine).as("of one channel no more wait than a server lets").isLessThan(64);
    room.add(new Waiting(line, publish));
    if (mine == 0) {
      sayOn(line, new Event.Held(publish.channel(), 1, 262_144));
    }
  }

  private void sayOn(long line, Event event) {
    if (line == open) {
      say(event);
    }
  }

  /** Sends bytes to the client, on the line that is open now. */
  void say(byte[] bytes) {
    long line = open;
    if (!blackHole && line != 0) {
      // A line may get faster, but nothing on it overtakes what was sent before.
      lastToClient = Math.max(lastToClient, now + latency);
      after(lastToClient - now, () -> engine.received(line, bytes, now()));
    }
  }

  void say(String text) {
    say(text.getBytes(UTF_8));
  }

  private void say(Event event) {
    say(conversation.write(event));
  }

  /** The line breaks; what is under way is lost. */
  void cut(int code) {
    long line = open;
    forget();
    engine.broken(line, code, "", now());
    settle();
  }

  /** Everything is lost: a new process. */
  void restart(String newEpoch) {
    epoch = newEpoch;
    logs.clear();
    feed.clear();
    room.clear();
    keys.clear();
    cut(1012);
  }

  private void forget() {
    open = 0;
    lastToClient = 0;
    lastToServer = 0;
    readers.clear();
    conversation = begin();
  }

  long line() {
    return open;
  }

  // What the engine orders.

  @Override
  public void fetchToken(long fetch) {
    tokensAsked++;
    if (tokenFails) {
      after(latency, () -> engine.tokenFailed(fetch, null, now()));
    } else if (!tokenHangs) {
      String given = token;
      after(latency, () -> engine.token(fetch, given, now()));
    }
  }

  @Override
  public void open(long line, String given) {
    forget();
    if (opensHang) {
      return;
    }
    if (opensFail) {
      after(latency, () -> engine.unopened(line, null, now()));
    } else if (refusal > 0) {
      int status = refusal;
      after(latency, () -> engine.refused(line, status, "bad_token", 0, now()));
    } else {
      after(latency, () -> stand(line));
    }
  }

  private void stand(long line) {
    open = line;
    if (!greetingHangs) {
      String expiry = expiresIn == 0 ? "" : ",\"expiresAt\":" + (millis() + expiresIn);
      say(
          "{\"type\":\"connected\",\"message\":\"hello\",\"userId\":\"ada\",\"connectionId\":\"c"
              + line
              + "\""
              + expiry
              + "}");
    }
  }

  @Override
  public void send(long line, String text) {
    sent.add(text);
    if (line == open && !blackHole && !deaf && !mute) {
      lastToServer = Math.max(lastToServer, now + latency);
      String process = epoch;
      after(lastToServer - now, () -> hear(line, process, text));
    }
  }

  private void hear(long line, String process, String text) {
    boolean late = line != open && lingers && process.equals(epoch) && !holed.contains(line);
    if (blackHole || (line != open && !late)) {
      // What comes behind something that was swallowed is of no use to anybody.
      holed.add(line);
      return;
    }
    for (Inbound inbound : read(text)) {
      assertThat(inbound).as(text).isInstanceOf(Inbound.Accepted.class);
      Command command = ((Inbound.Accepted) inbound).command();
      if (!late) {
        obey(command);
      } else if (command instanceof Command.Publish publish) {
        publish(publish, line);
      }
    }
  }

  private List<Inbound> read(String text) {
    ByteBuf buffer = Unpooled.wrappedBuffer(text.getBytes(UTF_8));
    List<Inbound> heard = new ArrayList<>();
    conversation.read(buffer, heard::add);
    buffer.release();
    return heard;
  }

  private static Draft draft(Command.Publish publish) {
    return new Draft(
        publish.channel(),
        Draft.Kind.MESSAGE,
        "ada",
        publish.payload(),
        null,
        publish.idempotencyKey());
  }

  private void obey(Command command) {
    Code fault = nextFault;
    if (fault != null && !(command instanceof Command.Grant)) {
      nextFault = null;
      say(new Event.Failed(command.id(), null, new Fault(fault, "As you wished")));
      return;
    }
    switch (command) {
      case Command.Subscribe subscribe -> subscribe(subscribe);
      case Command.Unsubscribe leave -> {
        readers.remove(leave.subject().value());
        say(new Event.Unsubscribed(leave.id(), leave.subject(), null));
      }
      case Command.Publish publish -> publish(publish, open);
      case Command.Grant grant -> {
        Reader reader = readers.get(grant.subject().value());
        assertThat(reader).as("credit for what is subscribed").isNotNull();
        add(reader, grant.credit());
        deliver(grant.subject().value());
      }
      case Command.Refresh refresh -> say(new Event.Refreshed(refresh.id(), millis() + expiresIn));
      case Command.History history ->
          say(
              new Event.History(
                  history.id(),
                  history.channel(),
                  new Position(epoch, log(history.channel().value()).size()),
                  false,
                  false,
                  List.copyOf(log(history.channel().value()))));
      case Command.Presence presence ->
          say(new Event.Presence(presence.id(), presence.channel(), List.of(), 0));
      case Command.Spend spend -> throw new AssertionError("Nexus has no " + spend);
      case Command.Pause pause -> throw new AssertionError("Nexus has no " + pause);
      case Command.Ping ping -> say(new Event.Pong(ping.id(), millis()));
    }
  }

  private void subscribe(Command.Subscribe subscribe) {
    String channel = subscribe.subject().value();
    Position since = subscribe.since();
    Reader reader = readers.computeIfAbsent(channel, name -> new Reader());
    long head = log(channel).size();
    boolean known = since != null && since.epoch().equals(epochOf(channel));
    if (reader.next == 0) {
      reader.next = known ? since.offset() + 1 : since == null ? head + 1 : 1;
    }
    if (subscribe.credit() != null) {
      add(reader, subscribe.credit());
    }
    say(
        new Event.Subscribed(
            subscribe.id(),
            subscribe.subject(),
            subscribe.filter(),
            new Position(epochOf(channel), reader.next - 1),
            known,
            subscribe.policy() == null ? Policy.LOSSLESS : subscribe.policy(),
            Boolean.TRUE.equals(subscribe.hold())));
    deliver(channel);
  }

  private static void add(Reader reader, Credit credit) {
    reader.messages += credit.messages();
    reader.bytes += credit.bytes();
    assertThat(reader.messages).isLessThanOrEqualTo(Credit.MAX);
  }

  /** How many messages the server may still send. */
  long creditLeft(String channel) {
    Reader reader = readers.get(channel);
    return reader == null ? 0 : reader.messages;
  }

  @Override
  public boolean isReady(long line) {
    return !congested;
  }

  @Override
  public void close(long line) {
    forget();
  }

  @Override
  public void drop(long line) {
    forget();
  }

  @Override
  public void state(ClientState state) {
    states.add(state);
  }

  @Override
  public void connected(Connected connected) {}

  @Override
  public void held(Held channel) {
    told.add("held " + channel.channel() + " " + channel.readers() + " " + channel.bytes());
  }

  @Override
  public void released(String channel) {
    told.add("released " + channel);
  }

  @Override
  public void error(SluiceException error) {
    errors.add(error.code());
  }

  @Override
  public <T> void complete(CompletableFuture<T> future, T value) {
    future.complete(value);
  }

  @Override
  public void done(CompletableFuture<@Nullable Void> future) {
    future.complete(null);
  }

  @Override
  public void fail(CompletableFuture<?> future, SluiceException error) {
    future.completeExceptionally(error);
  }
}
