package io.sluice.client.visionflow;

import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Serial;
import io.sluice.client.line.Transport;
import io.sluice.client.line.Turnstile;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its turnstile. Carries out what the engine orders; events come in by {@link #post}, from
 * any thread.
 */
final class VisionFlowDriver<T extends Talk> implements VisionFlowHands {
  /**
   * What a driver is made for.
   *
   * @param tokens asked before each attempt
   * @param onState told of states
   * @param onError told of trouble
   * @param unhandled with so many notices waiting for slow listeners the socket is not read
   */
  record Program(
      Supplier<CompletionStage<String>> tokens,
      Consumer<ClientState> onState,
      Consumer<SluiceException> onError,
      int unhandled) {}

  private final Program program;
  private final Transport transport;
  private final Serial told;
  private final AtomicInteger untold = new AtomicInteger();
  private final Turnstile<VisionFlowEngine<T>> turnstile;

  private volatile ClientState state = ClientState.IDLE;
  private Transport.@Nullable Line line;
  private boolean leaving;

  /**
   * Around a machine.
   *
   * @param machine makes it; it must not order anything before it is let anything in
   */
  VisionFlowDriver(
      Program program,
      ClientResources resources,
      Transport transport,
      Function<VisionFlowDriver<T>, VisionFlowEngine<T>> machine) {
    this.program = program;
    this.transport = transport;
    this.told = new Serial(resources.callbacks());
    this.turnstile =
        new Turnstile<>(
            machine.apply(this),
            resources.scheduler(),
            resources.callbacks(),
            bug -> error(new SluiceException("internal", "A bug in the client", 0, bug)),
            new ConcurrentLinkedQueue<>());
  }

  ClientState current() {
    return state;
  }

  /** Now, as the machine is told it, in nanoseconds. */
  long nanos() {
    return turnstile.now().nanos();
  }

  /** Done when the client is closed and its line let go. */
  CompletableFuture<@Nullable Void> ended() {
    return turnstile.ended();
  }

  /** Lets something in. */
  void post(Turnstile.Happening<VisionFlowEngine<T>> happening) {
    turnstile.post(happening);
  }

  /** Connects; done when the connection stands. */
  CompletableFuture<@Nullable Void> connect() {
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    post((engine, now) -> engine.connect(future, now));
    return future;
  }

  /** Tells the program something, behind what it has been told already. */
  void tell(Runnable what) {
    if (untold.incrementAndGet() == program.unhandled()) {
      post((engine, now) -> engine.behind(true, now));
    }
    told.run(
        () -> {
          try {
            what.run();
          } finally {
            if (untold.decrementAndGet() == program.unhandled() / 2) {
              post((engine, now) -> engine.behind(false, now));
            }
          }
        });
  }

  @Override
  public void fetchToken(long fetch) {
    turnstile.fetchToken(fetch, program.tokens());
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
    if (next == ClientState.CLOSED && !leaving) {
      turnstile.end();
    }
    tell(() -> program.onState().accept(next));
  }

  @Override
  public void error(SluiceException error) {
    tell(() -> program.onError().accept(error));
  }

  @Override
  public void complete(CompletableFuture<@Nullable Void> future) {
    if (!future.isDone()) {
      turnstile.execute(() -> future.complete(null));
    }
  }

  @Override
  public void fail(CompletableFuture<?> future, SluiceException error) {
    if (!future.isDone()) {
      turnstile.execute(() -> future.completeExceptionally(error));
    }
  }
}
