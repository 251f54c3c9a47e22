package io.sluice.client;

import io.sluice.model.Moment;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: whoever drains it. Lets events into the engine one at a time, each with its moment, and
 * carries out what the engine orders. Any thread may {@link #post}; whoever finds nobody inside
 * goes in and works until nothing is left, or hands on to another thread after a while. Nothing
 * inside waits, and nothing of the program's runs there.
 */
final class Driver implements Hands {
  /** Something that happened. */
  @FunctionalInterface
  interface Happening {
    void happen(Engine engine, Moment now);
  }

  private static final int BATCH = 256;
  private static final int BATCHES = 16;
  private static final int KEY_BYTES = 12;

  private final ClientLimits limits;
  private final ClientResources resources;
  private final Supplier<CompletionStage<String>> tokens;
  private final ClientListener listener;
  private final Transport transport;
  private final Engine engine;
  private final Serial told;
  private final Queue<Happening> happenings;
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger unhandled = new AtomicInteger();
  private final AtomicLong keys = new AtomicLong();
  private final String keyPrefix;
  private final long origin = System.nanoTime();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private volatile ClientState state = ClientState.IDLE;
  private volatile boolean paused;
  private Transport.@Nullable Line line;
  private @Nullable ScheduledFuture<?> timer;
  private long timerAt = Long.MAX_VALUE;

  Driver(
      ClientLimits limits,
      ClientResources resources,
      Supplier<CompletionStage<String>> tokens,
      boolean renewable,
      ClientListener listener,
      Transport transport) {
    this(limits, resources, tokens, renewable, listener, transport, new ConcurrentLinkedQueue<>());
  }

  /** A driver with a queue of a test's own. */
  Driver(
      ClientLimits limits,
      ClientResources resources,
      Supplier<CompletionStage<String>> tokens,
      boolean renewable,
      ClientListener listener,
      Transport transport,
      Queue<Happening> happenings) {
    this.happenings = happenings;
    this.limits = limits;
    this.resources = resources;
    this.tokens = tokens;
    this.listener = listener;
    this.transport = transport;
    this.told = new Serial(resources.callbacks());
    byte[] prefix = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(prefix);
    this.keyPrefix = HexFormat.of().formatHex(prefix) + "-";
    this.engine = new Engine(limits, renewable, this, RandomGenerator.getDefault());
  }

  ClientState current() {
    return state;
  }

  /** Where publications wait for slow readers. */
  Set<String> heldChannels() {
    return Set.copyOf(held);
  }

  /** A key no other publication has. */
  String newKey() {
    return keyPrefix + Long.toString(keys.incrementAndGet(), Character.MAX_RADIX);
  }

  /** Done when the client is closed and its line let go. */
  CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  // The way in.

  void post(Happening happening) {
    happenings.add(happening);
    if (pending.getAndIncrement() == 0) {
      drain(1);
    }
  }

  /**
   * Works until nothing is left.
   *
   * @param counted how many of the pending are being worked on: what was posted but is not counted
   *     yet may be taken with them, and whoever posted it must not find nobody inside
   */
  private void drain(int counted) {
    int mine = counted;
    int batches = 0;
    while (mine != 0) {
      if (batches++ == BATCHES) {
        // The thread that came in has a life of its own.
        int rest = mine;
        execute(() -> drain(rest));
        return;
      }
      if (takeBatch() < BATCH) {
        mine = pending.addAndGet(-mine);
      }
    }
  }

  private int takeBatch() {
    Moment now = now();
    int taken = 0;
    Happening happening = happenings.poll();
    while (happening != null) {
      taken++;
      letIn(happening, now);
      happening = taken < BATCH ? happenings.poll() : null;
    }
    engine.settle();
    setTimer();
    return taken;
  }

  private void letIn(Happening happening, Moment now) {
    try {
      happening.happen(engine, now);
    } catch (RuntimeException e) {
      error(new SluiceException("internal", "A bug in the client", 0, e));
    }
  }

  private Moment now() {
    return new Moment(System.nanoTime() - origin, System.currentTimeMillis());
  }

  private void setTimer() {
    long deadline = engine.deadline();
    if (deadline >= timerAt) {
      // It fires early, finds nothing to do, and is set again: cheaper than moving it each time.
      return;
    }
    ScheduledFuture<?> before = timer;
    if (before != null) {
      before.cancel(false);
    }
    timerAt = deadline;
    long delay = Math.max(deadline - now().nanos(), 0);
    try {
      timer = resources.scheduler().schedule(this::alarm, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The program has closed the resources under us: there is no time any more.
      timer = null;
    }
  }

  private void alarm() {
    post(
        (inside, now) -> {
          timerAt = Long.MAX_VALUE;
          inside.tick(now);
        });
  }

  // What the engine orders.

  @Override
  public void fetchToken(long fetch) {
    execute(() -> askForToken(fetch));
  }

  private void askForToken(long fetch) {
    try {
      tokens
          .get()
          .whenComplete(
              (token, trouble) ->
                  post(
                      (inside, now) -> {
                        if (trouble == null) {
                          inside.token(fetch, token, now);
                        } else {
                          inside.tokenFailed(fetch, trouble, now);
                        }
                      }));
    } catch (RuntimeException e) {
      post((inside, now) -> inside.tokenFailed(fetch, e, now));
    }
  }

  @Override
  public void open(long number, String token) {
    paused = false;
    line = transport.open(token, new NumberedEar(number));
  }

  @Override
  public void send(long number, String text) {
    if (line != null) {
      line.send(text);
    }
  }

  @Override
  public boolean isReady(long number) {
    return line != null && line.isReady();
  }

  @Override
  public void close(long number) {
    if (line != null) {
      line.close();
    }
  }

  @Override
  public void drop(long number) {
    if (line != null) {
      line.drop();
      line = null;
    }
  }

  @Override
  public void state(ClientState next) {
    state = next;
    if (next == ClientState.CLOSED && line == null) {
      execute(() -> ended.complete(null));
    }
    told.run(() -> listener.onState(next));
  }

  @Override
  public void connected(Connected connected) {
    told.run(() -> listener.onConnected(connected));
  }

  @Override
  public void held(Held channel) {
    held.add(channel.channel());
    told.run(() -> listener.onHeld(channel));
  }

  @Override
  public void released(String channel) {
    held.remove(channel);
    told.run(() -> listener.onReleased(channel));
  }

  @Override
  public void error(SluiceException error) {
    told.run(() -> listener.onError(error));
  }

  @Override
  public <T> void complete(CompletableFuture<T> future, T value) {
    if (!future.isDone()) {
      execute(() -> future.complete(value));
    }
  }

  @Override
  public void done(CompletableFuture<@Nullable Void> future) {
    execute(() -> future.complete(null));
  }

  @Override
  public void fail(CompletableFuture<?> future, SluiceException error) {
    if (!future.isDone()) {
      execute(() -> future.completeExceptionally(error));
    }
  }

  // What pipes report.

  void execute(Runnable task) {
    try {
      resources.callbacks().execute(task);
    } catch (RejectedExecutionException e) {
      // The program has closed its executor first: better here than never.
      task.run();
    }
  }

  void filled() {
    if (unhandled.incrementAndGet() == limits.unhandled()) {
      post((inside, now) -> read(inside, now, unhandled.get() < limits.unhandled()));
    }
  }

  void drained() {
    if (unhandled.decrementAndGet() == limits.unhandled() / 2 && paused) {
      post((inside, now) -> read(inside, now, true));
    }
  }

  private void read(Engine inside, Moment now, boolean wanted) {
    if (paused == wanted) {
      paused = !wanted;
      inside.reading(wanted, now);
      if (line != null) {
        line.read(wanted);
      }
    }
  }

  void threw(RuntimeException trouble) {
    error(new SluiceException("internal", "A listener threw", 0, trouble));
  }

  /** Carries what happens on one line into the engine, with the line's number. */
  private final class NumberedEar implements Transport.Ear {
    private final long number;

    NumberedEar(long number) {
      this.number = number;
    }

    @Override
    public void text(byte[] message) {
      post((inside, now) -> inside.received(number, message, now));
    }

    @Override
    public void heard() {
      post((inside, now) -> inside.heard(number, now));
    }

    @Override
    public void writable() {
      post((inside, now) -> inside.writable(number, now));
    }

    @Override
    public void refused(int status, String code, long waitNanos) {
      post((inside, now) -> inside.refused(number, status, code, waitNanos, now));
    }

    @Override
    public void unopened(Throwable cause) {
      gone((inside, now) -> inside.unopened(number, cause, now));
    }

    @Override
    public void broken(int code, String reason) {
      gone((inside, now) -> inside.broken(number, code, reason, now));
    }

    @Override
    public void unfit(SluiceException why) {
      post((inside, now) -> inside.unfit(number, why, now));
    }

    private void gone(Happening happening) {
      post(
          (inside, now) -> {
            happening.happen(inside, now);
            if (inside.state() == ClientState.CLOSED) {
              execute(() -> ended.complete(null));
            }
          });
    }
  }
}
