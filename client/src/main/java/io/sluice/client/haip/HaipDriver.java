package io.sluice.client.haip;

import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Serial;
import io.sluice.client.line.Transport;
import io.sluice.client.line.Turnstile;
import io.sluice.protocol.haip.HaipIds;
import io.sluice.protocol.haip.HaipMetrics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its turnstile. Carries out what the engine orders; events come in by {@link #post}, from
 * any thread.
 */
final class HaipDriver implements HaipHands {
  private final Supplier<CompletionStage<String>> tokens;
  private final HaipListener listener;
  private final Transport transport;
  private final Turnstile<HaipEngine> turnstile;
  private final Serial told;

  private volatile ClientState state = ClientState.IDLE;
  private volatile @Nullable HaipSession session;
  private volatile List<HaipMetrics> channels = List.of();
  private Transport.@Nullable Line line;
  private boolean leaving;

  HaipDriver(
      HaipOptions options,
      ClientResources resources,
      Supplier<CompletionStage<String>> tokens,
      HaipListener listener,
      Transport transport) {
    this.tokens = tokens;
    this.listener = listener;
    this.transport = transport;
    this.told = new Serial(resources.callbacks());
    HaipIds ids = () -> UUID.randomUUID().toString();
    this.turnstile =
        new Turnstile<>(
            new HaipEngine(options, ids, this, RandomGenerator.getDefault()),
            resources.scheduler(),
            resources.callbacks(),
            bug -> error(new SluiceException("internal", "A bug in the client", 0, bug)),
            new ConcurrentLinkedQueue<>());
  }

  ClientState current() {
    return state;
  }

  @Nullable HaipSession standing() {
    return session;
  }

  List<HaipMetrics> channels() {
    return channels;
  }

  /** Done when the client is closed and its line let go. */
  CompletableFuture<@Nullable Void> ended() {
    return turnstile.ended();
  }

  void post(Turnstile.Happening<HaipEngine> happening) {
    turnstile.post(happening);
  }

  @Override
  public void fetchToken(long fetch) {
    turnstile.fetchToken(fetch, tokens);
  }

  @Override
  public void open(long number, String token) {
    line = transport.open(token, turnstile.ear(number));
  }

  @Override
  public void send(byte[] text) {
    if (line != null) {
      line.send(new String(text, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void sendBinary(byte[] bytes) {
    if (line != null) {
      line.sendBinary(bytes);
    }
  }

  @Override
  public void ping() {
    if (line != null) {
      line.ping();
    }
  }

  @Override
  public boolean isReady() {
    return line != null && line.isReady();
  }

  @Override
  public void read(boolean wanted) {
    if (line != null) {
      line.read(wanted);
    }
  }

  @Override
  public void close() {
    if (line != null) {
      leaving = true;
      line.close();
    }
  }

  @Override
  public void drop() {
    if (line != null) {
      line.drop();
      line = null;
    }
  }

  @Override
  public void state(ClientState next) {
    state = next;
    if (next != ClientState.CONNECTED) {
      session = null;
    }
    if (next == ClientState.CLOSED && !leaving) {
      turnstile.end();
    }
    told.run(() -> listener.onState(next));
  }

  @Override
  public void session(HaipSession standing) {
    session = standing;
    told.run(() -> listener.onSession(standing));
  }

  @Override
  public void message(long ticket, HaipMessage message) {
    told.run(() -> tell(ticket, message));
  }

  /** What a listener throws must not keep its message from counting as handled. */
  private void tell(long ticket, HaipMessage message) {
    try {
      listener.onMessage(message);
    } catch (RuntimeException e) {
      error(new SluiceException("internal", "A listener threw", 0, e));
    } finally {
      post((engine, now) -> engine.handled(ticket, now));
    }
  }

  @Override
  public void paused(String channel, boolean paused) {
    told.run(() -> listener.onPaused(channel, paused));
  }

  @Override
  public void channels(List<HaipMetrics> now) {
    channels = now;
  }

  @Override
  public void error(SluiceException error) {
    told.run(() -> listener.onError(error));
  }

  @Override
  public <T extends @Nullable Object> void complete(CompletableFuture<T> future, T value) {
    if (!future.isDone()) {
      turnstile.execute(() -> future.complete(value));
    }
  }

  @Override
  public void fail(CompletableFuture<?> future, SluiceException error) {
    if (!future.isDone()) {
      turnstile.execute(() -> future.completeExceptionally(error));
    }
  }
}
