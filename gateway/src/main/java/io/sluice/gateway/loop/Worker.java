package io.sluice.gateway.loop;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.core.Lane;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.LoopCount;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.http.Handoff;
import io.sluice.gateway.websocket.FrameDecoder;
import io.sluice.gateway.websocket.MessageInflater;
import io.sluice.gateway.websocket.Violation;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.gateway.wire.Upstream;
import io.sluice.gateway.wire.Wire;
import io.sluice.model.CloseReason;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop with everything that lives on it: its lane, its wire, its clock and its one timer.
 * Owned by the loop's thread; {@link #scheduleTurn}, {@link #start}, {@link #stop}, {@link
 * #connections}, the sums of its counts and {@link #loop} are for any thread.
 *
 * <p>Whatever happens, reading or waking, asks for a turn. A turn runs as a task behind the loop's
 * I/O, so that what was read together leaves together. What asks during a turn gets its own only
 * after the loop has looked at its sockets again: turns never starve reading.
 */
public final class Worker implements Upstream, Handoff {
  /** After so many ticks of stopping, those are closed too whose receipts have not come. */
  static final int PATIENT_TICKS = 2;

  /** After so many heartbeats' time the peer of a response must have acknowledged what was sent. */
  private static final int DEAF_HEARTBEATS = 3;

  /** Behind TLS the rest of a record that was read before may come out with what is read now. */
  private static final int SECURED_BYTES = ReadBuffer.BYTES + (17 << 10);

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private enum Turn {
    NONE,
    SCHEDULED,
    RUNNING,
    /** One is running, and another has been asked for. */
    RUNNING_WANTED
  }

  private final EventLoop loop;
  private final Supplier<Moment> clock;
  private final GatewayMeter meter;
  private final Limits.Socket limits;
  private final int heldBytes;
  private final int unacknowledged;
  private final Wire wire;
  private final Lane lane;
  private final MessageInflater inflater;
  private final ReadBuffer reads = new ReadBuffer();
  private final Runnable turn = this::turn;
  private final AtomicReference<Turn> state = new AtomicReference<>(Turn.NONE);
  private final AtomicInteger connections = new AtomicInteger();
  private final LoopCount messages = new LoopCount();
  private final LoopCount errors = new LoopCount();
  private final List<Consumer<Moment>> ticking = new ArrayList<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private @Nullable Attendant[] handlers = new Attendant[64];
  private Moment readAt;
  private @Nullable CloseReason stopping;
  private int stoppingTicks;
  private boolean inTurn;

  /**
   * A worker without connections.
   *
   * @param index its number, from 0
   * @param kind what the loop's sockets are
   */
  public Worker(
      int index,
      EventLoop loop,
      SocketKind kind,
      Limits limits,
      Supplier<Moment> clock,
      LaneFactory lanes,
      GatewayMeter meter) {
    this.loop = loop;
    this.clock = clock;
    this.meter = meter;
    this.readAt = clock.get();
    this.limits = limits.socket();
    this.inflater =
        new MessageInflater(UnpooledByteBufAllocator.DEFAULT, this.limits.streamsPerMessage());
    this.heldBytes = Math.max(this.limits.heldBytes(), kind.isSecured() ? SECURED_BYTES : 0);
    this.unacknowledged =
        (int)
            Math.min(Integer.MAX_VALUE, limits.session().heartbeat().toMillis() * DEAF_HEARTBEATS);
    this.wire = new Wire(kind, limits, this);
    this.lane = lanes.create(index, wire, this::scheduleTurn);
  }

  /** The loop this lives on. */
  public EventLoop loop() {
    return loop;
  }

  /** WebSockets that stand, and responses that go on. */
  public int connections() {
    return connections.get();
  }

  /** Messages that have come over them. Raised on the loop. */
  LoopCount messages() {
    return messages;
  }

  /** Failures that they have been told of as the core told them. Raised on the loop. */
  LoopCount errors() {
    return errors;
  }

  /** What every channel of this loop should be read into, from its registration on. */
  public RecvByteBufAllocator reads() {
    return reads;
  }

  /** Calls this once a second; before {@link #start}, or on the loop. */
  public void onTick(Consumer<Moment> hook) {
    ticking.add(hook);
  }

  /** Begins to tick. */
  public void start() {
    var _ = loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void adopt(
      Channel channel, Endpoint endpoint, Endpoint.Welcome welcome, boolean deflates) {
    prepare(channel);
    SocketHandler handler = new SocketHandler(this, channel, deflates);
    seat(channel, handler);
    if (stopping == null) {
      boolean _ = handler.open(() -> endpoint.open(handler, welcome));
    } else {
      wire.failedToOpen(handler.slot(), stopping);
    }
    scheduleTurn();
  }

  @Override
  public void respond(
      Channel channel,
      StreamEndpoint.Reading.Answered request,
      boolean listens,
      Endpoint.Welcome welcome) {
    prepare(channel);
    // Nobody answers our heartbeats: the kernel must tell who does not even acknowledge them.
    boolean _ = channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, unacknowledged);
    ResponseHandler handler = new ResponseHandler(this, channel, request, listens);
    seat(channel, handler);
    if (stopping != null) {
      wire.failedToOpen(handler.slot(), stopping);
    } else if (handler.open(() -> request.opener().open(handler, welcome))) {
      handler.read();
    }
    scheduleTurn();
  }

  private void prepare(Channel channel) {
    if (!loop.inEventLoop()) {
      throw new IllegalStateException("adopted on a foreign thread");
    }
    // A peer may close its side right behind its last word, and is answered all the same.
    boolean _ = channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  private void seat(Channel channel, Attendant handler) {
    int slot = handler.slot();
    if (slot >= handlers.length) {
      handlers = Arrays.copyOf(handlers, Math.max(slot + 1, handlers.length * 2));
    }
    handlers[slot] = handler;
    connections.incrementAndGet();
    channel.pipeline().addLast(handler);
  }

  /** Any thread: there will be a turn, one for all who ask before it begins. */
  public void scheduleTurn() {
    Turn seen = state.get();
    while (seen == Turn.NONE || seen == Turn.RUNNING) {
      Turn wanted = seen == Turn.NONE ? Turn.SCHEDULED : Turn.RUNNING_WANTED;
      if (state.compareAndSet(seen, wanted)) {
        if (wanted == Turn.SCHEDULED) {
          submit();
        }
        return;
      }
      seen = state.get();
    }
  }

  private void submit() {
    try {
      loop.execute(turn);
    } catch (RejectedExecutionException ended) {
      // The loop has shut down and has nobody left to serve. Whoever asked may be a publisher on
      // another loop that has more signals to raise.
      LOG.debug("a turn was asked for after the end");
    }
  }

  private void turn() {
    state.set(Turn.RUNNING);
    inTurn = true;
    try {
      wire.settle();
      lane.turn(clock.get());
      wire.flush();
      stopFurther();
    } catch (RuntimeException bug) {
      BugLog.report(LOG, "a turn failed", bug);
    } finally {
      inTurn = false;
      endTurn();
    }
  }

  private void endTurn() {
    boolean wanted = wire.isStirred() || !state.compareAndSet(Turn.RUNNING, Turn.NONE);
    if (wanted) {
      state.set(Turn.SCHEDULED);
      // A task that adds itself to the queue would run before the sockets are looked at again; a
      // timer that is due runs after.
      var _ = loop.schedule(turn, 0, TimeUnit.NANOSECONDS);
    }
  }

  private void tick() {
    try {
      Moment now = clock.get();
      lane.tick(now);
      for (int slot = 0; slot < handlers.length; slot++) {
        Attendant handler = handlers[slot];
        if (handler != null) {
          handler.tick(now.nanos());
        }
      }
      wire.tick(now);
      if (stopping != null) {
        stoppingTicks++;
      }
      ticking.forEach(hook -> hook.accept(now));
    } catch (RuntimeException bug) {
      BugLog.report(LOG, "a tick failed", bug);
    }
    scheduleTurn();
  }

  /**
   * Stops: sessions are closed when what they have in flight is answered, then everybody else.
   *
   * @return done when no WebSocket is left
   */
  public CompletionStage<Void> stop(CloseReason reason) {
    loop.execute(
        () -> {
          if (stopping == null) {
            stopping = reason;
            lane.stop(reason);
            scheduleTurn();
          }
        });
    return stopped.minimalCompletionStage();
  }

  private void stopFurther() {
    if (stopping == null) {
      return;
    }
    if (lane.isEmpty() || stoppingTicks >= PATIENT_TICKS) {
      wire.closeAll(stopping);
      wire.flush();
    }
    if (connections.get() == 0 && lane.isEmpty()) {
      stopped.complete(null);
    }
  }

  /** Frees what is held outside the heap; on the loop, after the last connection is gone. */
  public void dispose() {
    wire.close();
    inflater.close();
  }

  Wire wire() {
    return wire;
  }

  /** See {@code limits.socket.messageBytes}. */
  int messageBytes() {
    return limits.messageBytes();
  }

  /** See {@code limits.socket.unfinishedMessage}. */
  long unfinishedNanos() {
    return limits.unfinishedMessage().toNanos();
  }

  /** See {@code limits.socket.heldBytes}. */
  int heldBytes() {
    return heldBytes;
  }

  Lane lane() {
    return lane;
  }

  FrameDecoder decoder(Channel channel, boolean deflates) {
    return new FrameDecoder(limits, channel.alloc(), deflates ? inflater : null);
  }

  /** Takes the time for everything that is now read from one socket. */
  long beginRead() {
    readAt = clock.get();
    return readAt.nanos();
  }

  Moment readAt() {
    return readAt;
  }

  /** A connection is gone. */
  void left(Attendant handler, CloseReason reason) {
    handlers[handler.slot()] = null;
    connections.decrementAndGet();
    meter.count(reason);
  }

  /** A peer broke a rule of frames. */
  void broken(Violation violation) {
    meter.count(violation);
  }

  // Upstream

  @Override
  public Moment now() {
    return clock.get();
  }

  @Override
  public void stirred() {
    if (!inTurn) {
      scheduleTurn();
    }
  }

  @Override
  public void writable(int slot) {
    lane.writable(slot);
  }

  @Override
  public void closed(int slot) {
    lane.closed(slot, clock.get());
  }
}
