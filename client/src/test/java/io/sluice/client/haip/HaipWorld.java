package io.sluice.client.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.sluice.client.ClientState;
import io.sluice.client.Json;
import io.sluice.client.SluiceException;
import io.sluice.model.HaipLimits;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.HaipCodec;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipEnd;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipHello;
import io.sluice.protocol.haip.HaipIds;
import io.sluice.protocol.haip.HaipKept;
import io.sluice.protocol.haip.HaipMetrics;
import io.sluice.protocol.haip.HaipReplay;
import io.sluice.protocol.haip.HaipSetup;
import io.sluice.protocol.haip.HaipSteps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A world for one engine, on virtual time: a supplier of tokens, lines, and a server that speaks
 * with the server's own conversation, keeps a session whose line is cut, and has an agent that
 * takes its time. What goes wrong in it is said by its fields.
 */
final class HaipWorld implements HaipHands {
  static final long MILLI = 1_000_000;

  final HaipEngine engine;
  final List<ClientState> states = new ArrayList<>();
  final List<HaipSession> sessions = new ArrayList<>();
  final List<String> errors = new ArrayList<>();
  final List<String> pauses = new ArrayList<>();

  /** What the client was told, and what the agent was. */
  final List<HaipMessage> told = new ArrayList<>();

  final List<HaipMessage> heard = new ArrayList<>();
  final List<byte[]> binaries = new ArrayList<>();
  List<HaipMetrics> channels = List.of();

  HaipSetup server = HaipSetup.server(1 << 20, true);
  int refusal;
  boolean forgets;
  boolean opensFail;
  boolean agentHangs;
  boolean listenerHangs;
  boolean congested;
  boolean reading = true;
  long handling;
  long latency = MILLI;
  int lines;

  private final HaipLimits limits;
  private final PriorityQueue<Later> later = new PriorityQueue<>();
  private final Map<String, List<byte[]>> logs = new HashMap<>();
  private final Map<String, Long> handledTo = new HashMap<>();
  private final Map<String, Integer> next = new HashMap<>();
  private final Map<String, Long> done = new HashMap<>();
  private final List<Long> untold = new ArrayList<>();
  private @Nullable HaipConversation conversation;
  private @Nullable HaipKept kept;
  private long now = 1;
  private long order;
  private long line;
  private long lastToClient;
  private long lastToServer;
  private long uuids;
  private boolean introduced;

  private record Later(long at, long order, Runnable task) implements Comparable<Later> {
    @Override
    public int compareTo(Later other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  HaipWorld(HaipOptions options, RandomGenerator random) {
    limits = options.haip();
    engine = new HaipEngine(options, ids(), this, random);
  }

  private HaipIds ids() {
    return () -> "00000000-0000-4000-8000-%012x".formatted(++uuids);
  }

  Moment now() {
    return new Moment(now, now / MILLI);
  }

  // What a program does.

  CompletableFuture<HaipSession> connect() {
    CompletableFuture<HaipSession> future = new CompletableFuture<>();
    engine.connect(future, now());
    return future;
  }

  HaipSend send(HaipDraft draft) {
    HaipSend send = new HaipSend();
    engine.send(draft.outgoing(send), send, now());
    return send;
  }

  HaipSend text(String channel, String text) {
    String payload = Json.of(Map.of("message_id", ids().next(), "text", text));
    return send(new HaipDraft(channel, HaipEvent.MESSAGE_START, payload));
  }

  /** A text and its end. */
  HaipSend whole(String channel, String text) {
    HaipSend send = new HaipSend();
    String id = ids().next();
    String start = Json.of(Map.of("message_id", id, "text", text));
    String end = Json.of(Map.of("message_id", id));
    engine.send(
        new HaipDraft(channel, HaipEvent.MESSAGE_START, start).outgoing(send),
        new HaipDraft(channel, HaipEvent.MESSAGE_END, end).outgoing(send),
        send,
        now());
    return send;
  }

  /** Asks about tools; the id is that of the question. */
  CompletableFuture<String> ask(String id, HaipEvent type, String tool) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    HaipSend send = new HaipSend();
    String payload = Json.of(Map.of("tool", tool));
    engine.ask(
        id, new HaipDraft("USER", type, payload).outgoing(id, send), tool, send, answer, now());
    return answer;
  }

  List<String> heardTexts() {
    return heard.stream().map(HaipMessage::text).toList();
  }

  List<String> toldTexts() {
    return told.stream().map(HaipMessage::text).toList();
  }

  HaipMetrics channel(String name) {
    engine.settle();
    return channels.stream().filter(it -> it.channel().equals(name)).findFirst().orElseThrow();
  }

  /** The listener returns from everything it holds. */
  void listenerReturns() {
    listenerHangs = false;
    List<Long> all = List.copyOf(untold);
    untold.clear();
    all.forEach(ticket -> engine.handled(ticket, now()));
  }

  /** The agent is done with everything it holds. */
  void agentReturns() {
    agentHangs = false;
    handledTo.forEach(this::handled);
  }

  // What happens to the line.

  /** It breaks; what is under way is lost. */
  void cut() {
    long broken = line;
    HaipConversation before = conversation;
    line = 0;
    conversation = null;
    later.removeIf(it -> it.task instanceof Frame);
    if (before != null) {
      HaipKept left = before.cut(now());
      // A line that was cut before it was introduced takes nothing from what is kept.
      kept = introduced ? left : kept;
      kept = forgets ? null : kept;
    }
    engine.broken(broken, 1006, "", now());
  }

  /** The server is gone, and nobody closes the line. */
  void vanish() {
    conversation = null;
    later.removeIf(it -> it.task instanceof Frame);
  }

  /** The agent says something on a channel. */
  void agentSays(String channel, String text) {
    agentTells(
        channel,
        HaipEvent.MESSAGE_START,
        "{\"message_id\":\"" + ids().next() + "\",\"text\":\"" + text + "\"}");
  }

  void agentTells(String channel, HaipEvent type, String payload) {
    String id = ids().next();
    byte[] tail =
        ("\"id\":\""
                + id
                + "\",\"ts\":\"1\",\"type\":\""
                + type
                + "\",\"payload\":"
                + payload
                + "}")
            .getBytes(UTF_8);
    List<byte[]> log = logs.computeIfAbsent(channel, any -> new ArrayList<>());
    log.add(tail);
    flow();
  }

  /** The server's conversation finds a mistake. */
  void serverRefuses(HaipFault why) {
    if (conversation != null) {
      conversation.fail(why, now());
    }
  }

  /** As a cursor does: everything in the logs that the client has not been sent. */
  private void flow() {
    HaipConversation talk = conversation;
    if (talk == null || !introduced) {
      return;
    }
    for (Map.Entry<String, List<byte[]>> log : logs.entrySet()) {
      String channel = log.getKey();
      for (int at = next.getOrDefault(channel, 0); at < log.getValue().size(); at++) {
        next.put(channel, at + 1);
        byte[] tail = log.getValue().get(at);
        if (tail[0] == '{') {
          continue;
        }
        byte[] head = new byte[talk.headSize(channel)];
        talk.head(head, 0, channel);
        talk.sent(channel, at + 1);
        toClient(joined(head, tail));
      }
    }
  }

  /** The server wants nothing more on a channel, or again. */
  void serverPauses(String channel, boolean paused) {
    HaipConversation talk = conversation;
    if (talk != null && paused) {
      talk.pause(channel, now());
    } else if (talk != null) {
      talk.resume(channel, now());
    }
  }

  private static byte[] joined(byte[] head, byte[] tail) {
    byte[] whole = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, whole, head.length, tail.length);
    return whole;
  }

  // Time.

  void after(long nanos, Runnable task) {
    later.add(new Later(now + nanos, order++, task));
  }

  /** Lets time pass: everything due happens, the deadlines of both ends among it. */
  void pass(long millis) {
    long last = now + millis * MILLI;
    while (true) {
      engine.settle();
      Later next = later.peek();
      long at = Math.min(next == null ? Long.MAX_VALUE : next.at(), engine.deadline());
      at = conversation == null ? at : Math.min(at, conversation.dueNanos());
      if (at > last) {
        now = last;
        return;
      }
      now = Math.max(now, at);
      if (next != null && next.at() <= now) {
        later.remove().task().run();
      } else if (engine.deadline() <= now) {
        engine.tick(now());
      } else if (conversation != null) {
        conversation.tick(now());
      }
    }
  }

  /** A frame on its way, which a cut takes with it. */
  private record Frame(Runnable arrival) implements Runnable {
    @Override
    public void run() {
      arrival.run();
    }
  }

  private void toClient(byte[] text) {
    long number = line;
    lastToClient = Math.max(lastToClient + 1, now + latency);
    later.add(
        new Later(
            lastToClient,
            order++,
            new Frame(
                () -> {
                  engine.received(number, text, now());
                })));
  }

  private void binaryToClient(byte[] bytes) {
    long number = line;
    lastToClient = Math.max(lastToClient + 1, now + latency);
    later.add(
        new Later(
            lastToClient, order++, new Frame(() -> engine.receivedBinary(number, bytes, now()))));
  }

  private void toServer(Runnable arrival) {
    lastToServer = Math.max(lastToServer + 1, now + latency);
    later.add(new Later(lastToServer, order++, new Frame(arrival)));
  }

  // What the engine orders.

  @Override
  public void fetchToken(long fetch) {
    after(latency, () -> engine.token(fetch, "token", now()));
  }

  @Override
  public void open(long number, String token) {
    lines++;
    if (refusal != 0) {
      after(latency, () -> engine.refused(number, refusal, "bad_token", 0, now()));
    } else if (opensFail) {
      after(latency, () -> engine.unopened(number, null, now()));
    } else {
      line = number;
      introduced = false;
      conversation =
          new HaipConversation(
              server,
              new HaipCodec(Limits.defaults(1L << 30).json()),
              limits,
              ids(),
              new Server(),
              now());
    }
  }

  @Override
  public void send(byte[] text) {
    toServer(
        () -> {
          if (conversation != null) {
            conversation.text(Unpooled.wrappedBuffer(text), now());
          }
        });
  }

  @Override
  public void sendBinary(byte[] bytes) {
    binaries.add(bytes);
    toServer(
        () -> {
          if (conversation != null) {
            conversation.binary(Unpooled.wrappedBuffer(bytes), now());
          }
        });
  }

  @Override
  public void ping() {
    after(latency, () -> engine.heard(line, now()));
  }

  @Override
  public boolean isReady() {
    return !congested;
  }

  @Override
  public void read(boolean wanted) {
    reading = wanted;
  }

  @Override
  public void close() {
    line = 0;
    conversation = null;
  }

  @Override
  public void drop() {
    close();
  }

  @Override
  public void state(ClientState state) {
    states.add(state);
  }

  @Override
  public void session(HaipSession session) {
    sessions.add(session);
  }

  @Override
  public void message(long ticket, HaipMessage message) {
    told.add(message);
    if (listenerHangs) {
      untold.add(ticket);
    } else {
      after(0, () -> engine.handled(ticket, now()));
    }
  }

  @Override
  public void paused(String channel, boolean paused) {
    pauses.add((paused ? "paused " : "resumed ") + channel);
  }

  @Override
  public void channels(List<HaipMetrics> newest) {
    channels = newest;
  }

  @Override
  public void error(SluiceException error) {
    errors.add(error.code());
  }

  @Override
  public <T extends @Nullable Object> void complete(CompletableFuture<T> future, T value) {
    future.complete(value);
  }

  @Override
  public void fail(CompletableFuture<?> future, SluiceException error) {
    future.completeExceptionally(error);
  }

  private void handled(String channel, long offset) {
    done.merge(channel, offset, Math::max);
    if (conversation != null) {
      conversation.handledThrough(channel, offset, now());
    }
  }

  /** What the server's conversation wants done. */
  private final class Server implements HaipSteps {
    private HaipConversation talk() {
      HaipConversation talk = conversation;
      if (talk == null) {
        throw new IllegalStateException("no line");
      }
      return talk;
    }

    @Override
    public void say(byte[] text) {
      toClient(text);
    }

    @Override
    public void sayBinary(byte[] bytes) {
      binaryToClient(bytes);
    }

    @Override
    public void ping() {
      after(
          2 * latency,
          () -> {
            if (conversation != null) {
              conversation.alive(now());
            }
          });
    }

    @Override
    public void hello(HaipHello hello) {
      HaipKept before = kept;
      String wanted = hello.session() == null ? ids().next() : hello.session();
      boolean known = before != null && before.session().equals(wanted);
      if (!talk().adopt(wanted, known ? before : null, now())) {
        talk().adopt(ids().next(), null, now());
      }
      introduced = true;
      // What was handled while there was no line.
      List.copyOf(done.entrySet()).forEach(it -> handled(it.getKey(), it.getValue()));
      flow();
    }

    @Override
    public void message(long ticket, String channel, HaipEvent type, byte[] canonical) {
      heard.add(new HaipMessage(channel, type, new String(canonical, UTF_8)));
      List<byte[]> log = logs.computeIfAbsent(channel, any -> new ArrayList<>());
      log.add(canonical);
      long offset = log.size();
      talk().published(ticket, offset, now());
      flow();
      handledTo.put(channel, offset);
      if (!agentHangs) {
        after(handling, () -> handled(channel, offset));
      }
    }

    @Override
    public void auth(long ticket, String auth) {
      throw new AssertionError("no client sends that");
    }

    @Override
    public void grant(String channel, long messages, long units) {
      // The agent says little here.
    }

    @Override
    public void pause(String channel) {
      pauses.add("server paused " + channel);
    }

    @Override
    public void resume(String channel) {
      pauses.add("server resumed " + channel);
    }

    @Override
    public void replay(List<HaipReplay> again) {
      for (HaipReplay piece : again) {
        switch (piece) {
          case HaipReplay.Said said -> toClient(said.text());
          case HaipReplay.Published published -> publishAgain(published);
        }
      }
      talk().replayed(now());
    }

    private void publishAgain(HaipReplay.Published published) {
      List<byte[]> log = logs.getOrDefault(published.channel(), List.of());
      long seq = published.firstSeq();
      for (long offset = published.firstOffset(); offset <= published.lastOffset(); offset++) {
        byte[] tail = log.get((int) offset - 1);
        if (tail[0] == '{') {
          // The client's own.
          continue;
        }
        String channel = published.channel();
        byte[] head = new byte[talk().headAgainSize(channel, seq)];
        talk().headAgain(head, 0, channel, seq);
        toClient(joined(head, tail));
        seq++;
      }
    }

    @Override
    public void error(HaipFault fault) {
      errors.add("server: " + fault.code());
    }

    @Override
    public void stopReading() {
      // There is room for what a test sends.
    }

    @Override
    public void readOn() {
      // Nothing was held back.
    }

    @Override
    public void close(HaipEnd end) {
      errors.add("server closes: " + end.text());
      after(0, HaipWorld.this::cut);
    }
  }
}
