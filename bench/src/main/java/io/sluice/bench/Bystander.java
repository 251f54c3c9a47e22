package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.client.ClientListener;
import io.sluice.client.ClientState;
import io.sluice.client.Message;
import io.sluice.client.SluiceClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Owner: its thread publishes, its subscription receives. A client that has nothing to do with a
 * storm: every 10 ms it publishes the time at which it was to do so, and measures how long that
 * takes to come back to itself. An echo that was late because it was sent late counts as late.
 *
 * <p>As a program, {@link BystanderProcess}'s, it prints its user and then reads lines: when to
 * begin, when the storm begins, when to end. The exit code is 0 if it kept its connection.
 */
public final class Bystander implements ClientListener, AutoCloseable {
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** An echo: when it was due to be sent, and how long it took. */
  private record Echo(long due, long nanos) {}

  private final SluiceClient client;
  private final String user;
  private final List<Echo> echoes = new ArrayList<>();
  private volatile boolean stopped;
  private volatile int lost;

  private Bystander(String url, String token, String channel) {
    client = SluiceClient.builder(url).token(token).listener(this).build();
    user = client.connect().join().userId();
    client.subscribe(channel, this::echoed).ready().join();
    Thread.ofPlatform().daemon().start(() -> echo(channel));
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    BufferedReader marks = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (Bystander bystander = new Bystander(args[0], args[1], args[2])) {
      System.out.println(bystander.user);
      long begin = next(marks);
      long storm = next(marks);
      long end = next(marks);
      bystander.print("before", begin, storm);
      bystander.print("during", storm, end);
      System.out.println("bystander: lost its connection " + bystander.lost + " times");
      System.exit(bystander.lost == 0 ? 0 : 1);
    }
  }

  private static long next(BufferedReader marks) throws IOException {
    if (marks.readLine() == null) {
      System.exit(1);
    }
    return System.nanoTime();
  }

  private void echo(String channel) {
    long due = System.nanoTime();
    while (!stopped) {
      var unused = client.publish(channel, Long.toString(due));
      due += PACE_NANOS;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }

  private synchronized void echoed(Message message) {
    long due = Long.parseLong(message.data());
    echoes.add(new Echo(due, System.nanoTime() - due));
  }

  @Override
  public void onState(ClientState state) {
    if (state == ClientState.WAITING) {
      lost++;
    }
  }

  /** Prints how echoes fared that were due from one time until another. */
  private synchronized void print(String when, long from, long until) {
    List<Echo> some =
        echoes.stream()
            .filter(echo -> echo.due - from >= 0 && echo.due - until < 0)
            .sorted(Comparator.comparingLong(Echo::nanos))
            .toList();
    System.out.printf(
        "bystander %s: %d echoes, p50 %.1f ms, p99 %.1f ms, max %.1f ms, sent %d ms into it%n",
        when,
        some.size(),
        at(some, 0.50).nanos / 1e6,
        at(some, 0.99).nanos / 1e6,
        at(some, 1).nanos / 1e6,
        (at(some, 1).due - from) / 1_000_000);
  }

  private static Echo at(List<Echo> sorted, double part) {
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }

  @Override
  public void close() {
    stopped = true;
    client.close();
  }
}
