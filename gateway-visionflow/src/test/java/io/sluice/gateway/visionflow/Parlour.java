package io.sluice.gateway.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.core.Lane;
import io.sluice.core.Meter;
import io.sluice.core.Outlet;
import io.sluice.core.Ports;
import io.sluice.core.Shortfalls;
import io.sluice.core.Tokens;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.presence.Presence;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Endpoint;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.PositionLimits;
import io.sluice.model.StampedForm.Tail;
import io.sluice.model.VisionFlowLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A room and lines into it, all on one lane, without sockets or threads. What has been said is kept
 * for a second. Owned by its test.
 */
final class Parlour implements Outlet {
  static final Duration AGE = Duration.ofSeconds(1);

  private static final Limits LIMITS = Limits.defaults(1L << 30);

  private final Namespaces namespaces = new Namespaces(List.of(voices()), fallback());
  private final List<Seat> seats = new ArrayList<>();
  private final Queue<Consumer<Moment>> posted = new ArrayDeque<>();
  private final List<byte[]> batch = new ArrayList<>();
  private final MemoryBroker broker =
      new MemoryBroker(LIMITS.hub(), namespaces, () -> "epoch", (channel, hold, now) -> {});
  private final Lane lane =
      new Lane(
          0,
          LIMITS,
          new Ports(broker, Presence.NONE, Tokens.NONE, namespaces, new Meter()),
          this,
          () -> {});
  private final VoiceEndpoint endpoint =
      new VoiceEndpoint(
          VisionFlowLimits.DEFAULTS,
          PositionLimits.DEFAULTS,
          LIMITS,
          namespaces,
          new VisionFlowMeter(),
          this::now);
  private long nanos = 1;

  private static ChannelSettings fallback() {
    return ChannelSettings.of(LIMITS.log());
  }

  private static Namespaces.Namespace voices() {
    ChannelSettings usual = fallback();
    Limits.Log log = LIMITS.log();
    Limits.Log brief =
        new Limits.Log(
            log.messages(),
            log.bytes(),
            AGE,
            log.derivedBytes(),
            log.idempotencyKeys(),
            log.idempotencyWindow());
    return new Namespaces.Namespace(
        new ChannelPattern("voice.*"),
        new ChannelSettings(
            brief,
            usual.delivery().with(Policy.DROP_OLDEST),
            null,
            null,
            false,
            usual.rights(),
            usual.clients(),
            usual.priority()));
  }

  Moment now() {
    return new Moment(nanos, nanos / 1_000_000);
  }

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** All that is due on the loop happens, and in the broker. */
  void turn() {
    broker.tick(now());
    for (Consumer<Moment> next = posted.poll(); next != null; next = posted.poll()) {
      next.accept(now());
    }
    lane.turn(now());
  }

  /** Somebody comes. */
  Seat seat(String user) {
    Seat seat = new Seat(seats.size());
    seats.add(seat);
    Identity identity = new Identity(user, null, Grants.ALL, Long.MAX_VALUE);
    seat.dialog =
        (VoiceDialog) endpoint.open(seat, new Endpoint.Welcome(identity, null, Map.of(), "test"));
    turn();
    return seat;
  }

  /** One line. */
  final class Seat implements Connection {
    final List<String> texts = new ArrayList<>();

    /** The sequences of the packets that came. */
    final List<Integer> packets = new ArrayList<>();

    private final int slot;
    private boolean isReady = true;
    private @Nullable VoiceDialog dialog;

    private Seat(int slot) {
      this.slot = slot;
    }

    private VoiceDialog dialog() {
      return Objects.requireNonNull(dialog);
    }

    /** It says a packet with this number. */
    void speak(int sequence) {
      dialog().binary(Unpooled.wrappedBuffer(new byte[] {(byte) sequence, 0, 7}), now());
      turn();
    }

    /** Its socket takes nothing. */
    void stop() {
      isReady = false;
    }

    /** Its socket takes everything again. */
    void goOn() {
      isReady = true;
      lane.writable(slot);
      turn();
    }

    @Override
    public int slot() {
      return slot;
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
      texts.add(message.toString(UTF_8));
    }

    @Override
    public boolean isBehind() {
      return !isReady;
    }

    @Override
    public void ping() {}

    @Override
    public void stopReading() {}

    @Override
    public void readOn() {}

    @Override
    public void callAt(long at) {}

    @Override
    public void post(Consumer<Moment> action) {
      posted.add(action);
    }

    @Override
    public void close(CloseReason reason, String text) {
      throw new AssertionError(text);
    }
  }

  // The wire

  @Override
  public void tell(int slot, Event event) {
    VoiceDialog dialog = seats.get(slot).dialog;
    // What its session says first is for nobody yet.
    if (dialog != null && dialog.encode(event) != null) {
      throw new AssertionError("there are no words for " + event);
    }
  }

  @Override
  public void heartbeat(int slot) {}

  @Override
  public void close(int slot, CloseReason reason) {
    throw new AssertionError(reason);
  }

  @Override
  public void flush() {}

  @Override
  public boolean ready(int slot) {
    return seats.get(slot).isReady;
  }

  @Override
  public void beginBatch() {
    batch.clear();
  }

  @Override
  public int append(byte[] frame) {
    throw new AssertionError("everything is stamped here");
  }

  @Override
  public int stampedCost(int slot, Tail tail) {
    return seats.get(slot).dialog().stampedCost(tail);
  }

  @Override
  public int stamp(int slot, Tail tail, ChannelName channel, long offset) {
    seats
        .get(slot)
        .dialog()
        .stamp(tail, channel, offset, (binary, head, size, bytes, from, count) -> batch.add(bytes));
    return batch.stream().mapToInt(message -> message.length).sum();
  }

  @Override
  public void stamped(int slot, int sent) {}

  @Override
  public void fanOut(int[] to, int count, Shortfalls shortfalls) {
    for (int i = 0; i < count; i++) {
      if (send(to[i]) == NOT_READY) {
        shortfalls.add(i, NOT_READY);
      }
    }
  }

  @Override
  public int send(int slot) {
    Seat seat = seats.get(slot);
    if (!seat.isReady) {
      return NOT_READY;
    }
    batch.forEach(message -> seat.packets.add((int) message[2]));
    return batch.stream().mapToInt(message -> message.length).sum();
  }

  @Override
  public void finish(int slot, byte[] frame, int from) {
    throw new AssertionError("all is taken");
  }
}
