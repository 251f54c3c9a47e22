package io.sluice.client.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A world for one engine, on virtual time: a supplier of tokens, and a server that says what its
 * test says. Everything that was ordered stands in its fields.
 */
final class VisionFlowWorld<T extends Talk> implements VisionFlowHands {
  static final long MILLI = 1_000_000;

  final VisionFlowEngine<T> engine;
  final Tally tally = new Tally();
  final List<ClientState> states = new ArrayList<>();
  final List<String> errors = new ArrayList<>();
  final List<String> texts = new ArrayList<>();
  final List<byte[]> binaries = new ArrayList<>();
  final List<String> tokens = new ArrayList<>();
  final List<Boolean> reads = new ArrayList<>();
  final List<Long> opened = new ArrayList<>();

  String token = "token";
  boolean ready = true;
  boolean echoes = true;
  int drops;
  int closes;
  private long now = 1_000 * MILLI;
  private long line;

  VisionFlowWorld(Function<VisionFlowWorld<T>, T> talk, ClientLimits limits, Duration pingEvery) {
    engine =
        new VisionFlowEngine<>(this, talk.apply(this), tally, limits, pingEvery, new Random(1));
  }

  Moment now() {
    return new Moment(now, now / MILLI);
  }

  long millis() {
    return now / MILLI;
  }

  T talk() {
    return engine.talk();
  }

  CompletableFuture<@Nullable Void> connect() {
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    engine.connect(future, now());
    return future;
  }

  // What the server does.

  void says(String text) {
    engine.received(line, text.getBytes(UTF_8), now());
  }

  void says(byte[] message) {
    engine.receivedBinary(line, message, now());
  }

  void cut() {
    engine.broken(line, 1006, "", now());
  }

  void ends(int code, String reason) {
    engine.broken(line, code, reason, now());
  }

  void refuses(int status, String code) {
    engine.refused(line, status, code, 0, now());
  }

  /** Nodes, each at (x, x + 1, x + 2) with a velocity of (1, 0, 0), as a message. */
  static byte[] nodes(NodeForm form, float x, int... ids) {
    NodeBatch batch = new NodeBatch(ids.length);
    for (int id : ids) {
      int row = batch.add(id, NodeKind.KNOWLEDGE);
      batch.setPosition(row, x, x + 1, x + 2);
      batch.setVelocity(row, 1, 0, 0);
      batch.setPath(row, x, id == 0 ? NodeBatch.NO_PARENT : 0);
    }
    return message(form, batch);
  }

  static byte[] message(NodeForm form, NodeBatch batch) {
    byte[] message = new byte[form.size(batch.size())];
    try {
      form.write(batch, 0, message, 0);
    } catch (VisionFlowRefused e) {
      throw new AssertionError(e);
    }
    return message;
  }

  // Time.

  /** Lets time pass: everything due happens. */
  void pass(long duration) {
    long last = now + duration * MILLI;
    while (engine.deadline() <= last) {
      now = Math.max(now, engine.deadline());
      engine.tick(now());
    }
    now = last;
  }

  // What the engine orders.

  @Override
  public void fetchToken(long fetch) {
    tokens.add(token);
    engine.token(fetch, token, now());
  }

  @Override
  public void open(long number, String used) {
    line = number;
    opened.add(millis());
  }

  @Override
  public void send(byte[] text) {
    String said = new String(text, UTF_8);
    texts.add(said);
    if (echoes && said.startsWith("{\"type\":\"ping\"")) {
      // In the same moment, but not before the engine has returned: its next event is this.
      pong = said.replace("ping", "pong");
    }
  }

  private @Nullable String pong;

  /** The server answers the last ping. */
  void answers() {
    String answer = pong;
    pong = null;
    if (answer != null) {
      says(answer);
    }
  }

  @Override
  public void sendBinary(byte[] bytes) {
    binaries.add(bytes);
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  /** The line has taken what waited. */
  void writable() {
    ready = true;
    engine.writable(line, now());
  }

  @Override
  public void read(boolean wanted) {
    reads.add(wanted);
  }

  @Override
  public void close() {
    closes++;
  }

  @Override
  public void drop() {
    drops++;
  }

  @Override
  public void state(ClientState state) {
    states.add(state);
  }

  @Override
  public void error(SluiceException error) {
    errors.add(error.code());
  }

  @Override
  public void complete(CompletableFuture<@Nullable Void> future) {
    future.complete(null);
  }

  @Override
  public void fail(CompletableFuture<?> future, SluiceException error) {
    future.completeExceptionally(error);
  }
}
