package io.sluice.client;

import io.sluice.client.line.Serial;
import io.sluice.client.line.Transport;
import io.sluice.client.line.Turnstile;
import io.sluice.model.Moment;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its turnstile. Carries out what the engine orders; events come in by {@link #post}, from
 * any thread.
 */
final class Driver implements Hands {
  private static final int KEY_BYTES = 12;

  private final ClientLimits limits;
  private final Supplier<CompletionStage<String>> tokens;
  private final ClientListener listener;
  private final Transport transport;
  private final Turnstile<Engine> turnstile;
  private final Serial told;
  private final AtomicInteger unhandled = new AtomicInteger();
  private final AtomicLong keys = new AtomicLong();
  private final String keyPrefix;

  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private volatile ClientState state = ClientState.IDLE;
  private volatile boolean paused;
  private Transport.@Nullable Line line;
  private boolean leaving;

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
      Queue<Turnstile.Happening<Engine>> happenings) {
    this.limits = limits;
    this.tokens = tokens;
    this.listener = listener;
    this.transport = transport;
    this.told = new Serial(resources.callbacks());
    byte[] prefix = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(prefix);
    this.keyPrefix = HexFormat.of().formatHex(prefix) + "-";
    this.turnstile =
        new Turnstile<>(
            new Engine(limits, renewable, this, RandomGenerator.getDefault()),
            resources.scheduler(),
            resources.callbacks(),
            bug -> error(new SluiceException("internal", "A bug in the client", 0, bug)),
            happenings);
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
    return turnstile.ended();
  }

  // The way in.

  void post(Turnstile.Happening<Engine> happening) {
    turnstile.post(happening);
  }

  // What the engine orders.

  @Override
  public void fetchToken(long fetch) {
    turnstile.fetchToken(fetch, tokens);
  }

  @Override
  public void open(long number, String token) {
    paused = false;
    line = transport.open(token, turnstile.ear(number));
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
      leaving = true;
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
    if (next == ClientState.CLOSED && !leaving) {
      turnstile.end();
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
    turnstile.execute(task);
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
}
