package io.sluice.gateway.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.Lane;
import io.sluice.core.Outlet;
import io.sluice.core.Shortfalls;
import io.sluice.core.TestPorts;
import io.sluice.core.log.Broker;
import io.sluice.core.log.Hold;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Grants;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.StampedForm.Tail;
import io.sluice.protocol.json.JsonPayload;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * HAIP on one lane, without sockets or threads: what is posted waits until the test says so. Owned
 * by its test.
 */
final class House implements Outlet, HaipAgents {
  static final Limits LIMITS = Limits.defaults(1L << 30);

  final MemoryBroker broker;
  final Lane lane;
  final HaipEndpoint endpoint;

  /** What the agents of the house were told. */
  final List<String> agents = new ArrayList<>();

  /** What an agent does as it hears of a session. */
  java.util.function.Consumer<String> onOpened = session -> {};

  /** What becomes of every token. */
  Verdict verdict = new Verdict.Rejected("signature");

  /** What an agent does as it hears of a session's end. */
  java.util.function.Consumer<String> onClosed = session -> {};

  /** What the world does as soon as it has heard what was told so far. */
  Runnable onFlush = () -> {};

  /** How much of what was published is in its log, and does not wait for slow readers. */
  int appended;

  /** Breaks the next session of the core that is opened. */
  boolean breaks;

  private final Broker.Writer writer = new Broker.Writer(LIMITS.session());
  private final Map<Integer, Line> lines = new HashMap<>();
  private final List<byte[]> batch = new ArrayList<>();
  private int batchBytes;
  private int slots;
  long nanos = 1;

  House() {
    this(HaipLimits.DEFAULTS);
  }

  House(HaipLimits limits) {
    this(limits, Namespaces.of(LIMITS.log()));
  }

  House(HaipLimits limits, Namespaces namespaces) {
    this(limits, LIMITS, namespaces);
  }

  House(HaipLimits limits, Limits hub, Namespaces namespaces) {
    broker = new MemoryBroker(hub.hub(), namespaces, () -> "epoch", this::watched);
    lane = new Lane(0, hub, TestPorts.of(hub, broker), this, () -> {});
    TokenVerifier verifier = (token, now) -> CompletableFuture.completedStage(verdict);
    endpoint = new HaipEndpoint(limits, hub, broker, verifier, this, this::now);
  }

  private void watched(ChannelName channel, @Nullable Hold hold, Moment now) {
    endpoint.opened(channel, hold, now);
  }

  Moment now() {
    return new Moment(nanos, 1);
  }

  /** Somebody's line, on which nothing was said yet; expected in this session if one is named. */
  Line line(String user, @Nullable String expected) {
    Line line = new Line(this, ++slots);
    lines.put(line.slot(), line);
    Endpoint.Welcome welcome =
        new Endpoint.Welcome(new Identity(user, null, Grants.ALL, Long.MAX_VALUE), null, "test");
    if (expected == null) {
      line.dialog = (HaipDialog) endpoint.open(line, welcome);
    } else {
      Expectation expectation = new Expectation(user, expected);
      endpoint.sessions().expect(expectation);
      line.dialog = endpoint.answer(line, welcome, expectation);
    }
    return line;
  }

  Line line(String user) {
    return line(user, null);
  }

  /** Does all that is to be done by now. */
  void settle() {
    boolean busy = true;
    for (int round = 0; busy; round++) {
      if (round > 1_000) {
        throw new AssertionError("they ask one another for ever");
      }
      lane.turn(now());
      busy = false;
      for (Line line : List.copyOf(lines.values())) {
        busy |= line.runPosted();
      }
    }
    lane.turn(now());
  }

  void publish(String session, String channel, String json) {
    broker.publish(
        new Draft(
            new ChannelName("haip." + session + "." + channel),
            Draft.Kind.MESSAGE,
            "bot",
            JsonPayload.of(json.getBytes(UTF_8), LIMITS.json()),
            null,
            null,
            "agent"),
        now(),
        new Broker.Receipt() {
          @Override
          public void appended(Position position) {
            appended++;
          }

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault);
          }

          @Override
          public Broker.Writer writer() {
            return writer;
          }
        });
  }

  // The agents

  @Override
  public boolean opened(String session, Identity person, Moment now) {
    agents.add("opened " + session);
    onOpened.accept(session);
    return false;
  }

  @Override
  public void speaks(ChannelName channel, boolean all, Moment now) {}

  @Override
  public void closed(String session) {
    agents.add("closed " + session);
    onClosed.accept(session);
  }

  /** Throws it, whatever it is. */
  static void raise(Throwable what) {
    switch (what) {
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      default -> throw new AssertionError(what);
    }
  }

  // The sockets

  void gone(Line line) {
    lines.remove(line.slot());
    lane.closed(line.slot(), now());
  }

  private Line at(int slot) {
    Line line = lines.get(slot);
    if (line == null) {
      throw new AssertionError("nobody is at " + slot);
    }
    return line;
  }

  @Override
  public void tell(int slot, Event event) {
    if (breaks) {
      breaks = false;
      throw new IllegalStateException("on purpose");
    }
    byte[] text = at(slot).dialog().encode(event);
    if (text != null) {
      throw new AssertionError("HAIP has no words for " + event);
    }
  }

  @Override
  public void heartbeat(int slot) {}

  @Override
  public void close(int slot, CloseReason reason) {
    at(slot).close(reason);
  }

  @Override
  public void flush() {
    onFlush.run();
  }

  @Override
  public boolean ready(int slot) {
    return slot != NOBODY && lines.containsKey(slot);
  }

  @Override
  public void beginBatch() {
    batch.clear();
    batchBytes = 0;
  }

  @Override
  public int append(byte[] frame) {
    batch.add(frame);
    batchBytes += frame.length;
    return batchBytes;
  }

  @Override
  public int stampedCost(int slot, Tail tail) {
    return at(slot).dialog().stampedCost(tail);
  }

  @Override
  public int stamp(int slot, Tail tail, ChannelName channel, long offset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    at(slot)
        .dialog()
        .stamp(
            tail,
            channel,
            offset,
            (binary, head, headBytes, text, from, count) -> {
              out.write(head, 0, headBytes);
              out.write(text, from, count);
            });
    return append(out.toByteArray());
  }

  @Override
  public void stamped(int slot, int sent) {
    at(slot).dialog().stamped(sent);
  }

  @Override
  public void fanOut(int[] to, int count, Shortfalls shortfalls) {
    for (int i = 0; i < count; i++) {
      int _ = send(to[i]);
    }
  }

  @Override
  public int send(int slot) {
    Line line = at(slot);
    batch.forEach(frame -> line.heard.add(new String(frame, UTF_8)));
    return batchBytes;
  }

  @Override
  public void finish(int slot, byte[] frame, int from) {
    throw new AssertionError("all is taken");
  }
}
