package io.sluice.client;

import io.sluice.client.line.Transport;
import io.sluice.client.line.Turnstile;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line without a network and a program's thread that works when it is told to, around a driver or
 * a client. For the thread of one test.
 */
final class FakeTransport implements Transport, Transport.Line {
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  final List<String> sent = new ArrayList<>();
  final List<Boolean> reads = new ArrayList<>();
  final Driver driver;
  final SluiceClient client;

  private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
  private final HttpClient http = HttpClient.newHttpClient();
  private final Deque<Runnable> tasks = new ConcurrentLinkedDeque<>();
  private Ear ear;

  FakeTransport(ClientLimits limits) {
    this(limits, new ConcurrentLinkedQueue<>());
  }

  FakeTransport(ClientLimits limits, Queue<Turnstile.Happening<Engine>> happenings) {
    ClientResources resources = ClientResources.of(http, scheduler, tasks::add);
    driver =
        new Driver(
            limits,
            resources,
            () -> CompletableFuture.completedFuture("token"),
            false,
            new ClientListener() {},
            this,
            happenings);
    client = new SluiceClient(driver, () -> {});
  }

  /** The program's thread works until nothing is left. */
  void work() {
    while (!tasks.isEmpty()) {
      tasks.removeFirst().run();
    }
  }

  /** A line that stands. */
  FakeTransport connected() {
    client.connect();
    work();
    say("{\"type\":\"connected\",\"userId\":\"ada\",\"connectionId\":\"k1\"}");
    work();
    return this;
  }

  void say(String message) {
    ear.text(message.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers the newest subscribe. */
  void subscribed(String channel) {
    Matcher id = ID.matcher(sent.getLast());
    id.find();
    say(
        "{\"type\":\"subscribed\",\"channel\":\"%s\",\"id\":%s,\"epoch\":\"e\",\"offset\":0}"
            .formatted(channel, id.group(1)));
  }

  void deliver(String channel, long offset) {
    say(
        ("{\"type\":\"broadcast\",\"channel\":\"%s\",\"data\":%d,"
                + "\"timestamp\":\"2026-01-31T08:05:09.007Z\",\"offset\":%d}")
            .formatted(channel, offset, offset));
  }

  void cut() {
    ear.broken(1006, "");
  }

  /** Ends its threads. */
  void stop() {
    scheduler.shutdownNow();
    http.shutdownNow();
  }

  // What the client orders.

  @Override
  public Line open(String token, Ear told) {
    ear = told;
    return this;
  }

  @Override
  public void send(String text) {
    sent.add(text);
  }

  @Override
  public void sendBinary(byte[] message) {
    throw new AssertionError("nothing binary is spoken here");
  }

  @Override
  public void ping() {
    throw new AssertionError("pings are messages here");
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void close() {
    sent.add("close");
  }

  @Override
  public void drop() {
    sent.add("drop");
  }

  @Override
  public void read(boolean wanted) {
    reads.add(wanted);
  }
}
