package io.sluice.gateway.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.core.Lane;
import io.sluice.core.Outlet;
import io.sluice.core.Shortfalls;
import io.sluice.core.TestPorts;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Endpoint;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.NodeBatch;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import io.sluice.model.PositionLimits;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.VisionFlowFault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One line at the socket of positions, on one lane, without sockets or threads; the graph answers
 * when the test says so. Owned by its test.
 */
final class Desk implements Outlet, Connection, GraphHouse, GraphHouse.Visit {
  private static final Limits LIMITS = Limits.defaults(1L << 30);
  private static final int SLOT = 1;
  private static final byte TEXT = (byte) 0x81;

  final List<String> heard = new ArrayList<>();

  /** How often each pace is watched. */
  final Map<Integer, Integer> watched = new TreeMap<>();

  /** What the graphs have been asked and not answered. */
  final Queue<Runnable> asked = new ArrayDeque<>();

  final VisionFlowMeter meter = new VisionFlowMeter();

  /** What of the structure is told, piece by piece, to who looks. */
  List<String> pieces = List.of("{\"whole\":true,\"revision\":0}");

  /** Whether the socket takes nothing. */
  boolean isBehind;

  /** Whether the socket takes data. */
  boolean isReady = true;

  /** Visits that have not ended. */
  int visits;

  @Nullable Runnable removed;
  @Nullable CloseReason closed;
  long nanos = 1;
  long callAt = Long.MAX_VALUE;
  private final Queue<Consumer<Moment>> posted = new ArrayDeque<>();
  private final StringBuilder batch = new StringBuilder();
  private final MemoryBroker broker;
  private final Lane lane;
  private @Nullable PositionsDialog dialog;

  Desk() {
    broker =
        new MemoryBroker(
            LIMITS.hub(), Namespaces.of(LIMITS.log()), () -> "epoch", (channel, hold, now) -> {});
    lane = new Lane(0, LIMITS, TestPorts.of(LIMITS, broker), this, () -> {});
  }

  Moment now() {
    return new Moment(nanos, nanos / 1_000_000);
  }

  PositionsDialog dialog() {
    return Objects.requireNonNull(dialog);
  }

  /** Somebody comes. */
  void open(Map<String, List<String>> query) {
    PositionsEndpoint endpoint =
        new PositionsEndpoint(
            VisionFlowLimits.DEFAULTS,
            PositionLimits.DEFAULTS,
            LIMITS.json(),
            Namespaces.of(LIMITS.log()),
            this,
            meter,
            this::now);
    Identity ada = new Identity("ada", null, Grants.ALL, Long.MAX_VALUE);
    dialog = (PositionsDialog) endpoint.open(this, new Endpoint.Welcome(ada, null, query, "test"));
  }

  void say(String text) {
    dialog().text(Unpooled.copiedBuffer(text, UTF_8), now());
  }

  /** The graphs answer all they were asked; the loop has not heard of it. */
  void answer() {
    for (Runnable next = asked.poll(); next != null; next = asked.poll()) {
      next.run();
    }
  }

  /** All that is due on the loop happens. */
  void turn() {
    for (Consumer<Moment> next = posted.poll(); next != null; next = posted.poll()) {
      next.accept(now());
    }
    lane.turn(now());
  }

  /** The socket takes data again. */
  void writable() {
    lane.writable(SLOT);
  }

  /** What has been heard, by its type. */
  List<String> types() {
    return heard.stream().map(text -> text.split("\"")[3]).toList();
  }

  // The graphs

  @Override
  public @Nullable Visit visit(String graph, Runnable ended) {
    if (!graph.equals("default")) {
      return null;
    }
    visits++;
    removed = ended;
    return this;
  }

  /** As it is when it is asked. */
  @Override
  public void look(Consumer<@Nullable Standing> answer) {
    List<byte[]> told = pieces.stream().map(piece -> piece.getBytes(UTF_8)).toList();
    Standing standing = new Standing(0, 0, 0, -1, List.of(1, 2, 5, 10), told);
    asked.add(() -> answer.accept(standing));
  }

  @Override
  public void watch(int hz, Moment now, Consumer<@Nullable VisionFlowFault> answer) {
    asked.add(
        () -> {
          watched.merge(hz, 1, Integer::sum);
          answer.accept(null);
        });
  }

  @Override
  public void unwatch(int hz) {
    watched.computeIfPresent(hz, (pace, count) -> count == 1 ? null : count - 1);
  }

  @Override
  public void move(NodeBatch nodes, Moment now, Consumer<@Nullable VisionFlowFault> answer) {
    throw new AssertionError("nobody moves anything here");
  }

  @Override
  public void end() {
    visits--;
  }

  /** The graph changes. */
  void change(String text) {
    Draft draft =
        new Draft(
            new ChannelName("graph.default.changes"),
            Draft.Kind.BROADCAST,
            null,
            new Change(text.getBytes(UTF_8)),
            null,
            null);
    broker.publish(
        draft,
        now(),
        new Broker.Receipt() {
          @Override
          public void appended(Position position) {}

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault);
          }
        });
  }

  // Handed on, not compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Change(byte[] bytes) implements Payload {
    @Override
    public Fields readFields() {
      return Fields.NONE;
    }
  }

  // The connection

  @Override
  public int slot() {
    return SLOT;
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public boolean deflates() {
    return false;
  }

  @Override
  public void send(boolean binary, ByteBuf message) {
    heard.add(message.toString(UTF_8));
  }

  @Override
  public boolean isBehind() {
    return isBehind;
  }

  @Override
  public void ping() {}

  @Override
  public void stopReading() {}

  @Override
  public void readOn() {}

  @Override
  public void callAt(long at) {
    callAt = at;
  }

  @Override
  public void post(Consumer<Moment> action) {
    posted.add(action);
  }

  @Override
  public void close(CloseReason reason, String text) {
    closed = closed == null ? reason : closed;
  }

  /** The line is gone. */
  void cut() {
    dialog().closed(CloseReason.LOST);
    lane.closed(SLOT, now());
  }

  // The wire

  @Override
  public void tell(int slot, Event event) {
    if (dialog().encode(event) != null) {
      throw new AssertionError("there are no words for " + event);
    }
  }

  @Override
  public void heartbeat(int slot) {}

  @Override
  public void close(int slot, CloseReason reason) {
    close(reason, reason.text());
  }

  @Override
  public void flush() {}

  @Override
  public boolean ready(int slot) {
    return slot == SLOT && isReady;
  }

  @Override
  public void beginBatch() {
    batch.setLength(0);
  }

  /** Of frames only short texts are looked into. */
  @Override
  public int append(byte[] frame) {
    if (frame[0] == TEXT && frame[1] < 126) {
      batch.append(new String(frame, 2, frame[1], UTF_8)).append('\n');
    }
    return Integer.MAX_VALUE;
  }

  private void sent() {
    batch.toString().lines().forEach(heard::add);
  }

  @Override
  public int stampedCost(int slot, io.sluice.model.StampedForm.Tail tail) {
    throw new AssertionError("nothing is stamped here");
  }

  @Override
  public int stamp(
      int slot,
      io.sluice.model.StampedForm.Tail tail,
      io.sluice.model.ChannelName channel,
      long offset) {
    throw new AssertionError("nothing is stamped here");
  }

  @Override
  public void stamped(int slot, int sent) {}

  @Override
  public void fanOut(int[] to, int count, Shortfalls shortfalls) {
    if (isReady) {
      sent();
    } else {
      shortfalls.add(0, NOT_READY);
    }
  }

  @Override
  public int send(int slot) {
    sent();
    return Integer.MAX_VALUE;
  }

  @Override
  public void finish(int slot, byte[] frame, int from) {
    throw new AssertionError("all is taken");
  }
}
