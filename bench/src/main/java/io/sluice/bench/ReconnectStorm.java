package io.sluice.bench;

import io.sluice.client.ClientListener;
import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.Connected;
import io.sluice.client.SluiceClient;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.Subscribed;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * So many clients in one process, each with one subscription, against a server in another. They
 * lose their lines at once, and the program says how long it took, from the moment the first line
 * broke, until each subscription stood again and each client had all there was to have: every
 * publication in order and once. The exit code is 0 if that came about.
 *
 * <p>Without {@code --cut} it waits for the server to be restarted, on the same port and with the
 * same secret: clients are told that the channels began anew, and what is published then must come.
 * With it the server stays, cuts the lines by request, and a publisher goes on meanwhile: what a
 * client missed must come out of the log. Another user's client on the same server, in a third
 * process, echoes all the while and must not lose its line.
 *
 * <p>{@code java -cp 'bench/target/lib/*:bench/target/classes' io.sluice.bench.ReconnectStorm
 * ws://127.0.0.1:8080/ws TOKEN [clients] [--cut ADMIN_TOKEN]}
 */
public final class ReconnectStorm implements ClientListener {
  private static final int AT_ONCE = 200;
  private static final int CHANNELS = 100;
  private static final int ROUNDS = 5;
  private static final long PATIENCE_SECONDS = 120;
  private static final long CALM_SECONDS = 3;
  private static final int FAULTS_SHOWN = 5;

  private final String url;
  private final int count;
  private final String prefix = "storm-" + Long.toHexString(System.nanoTime()) + "-";
  private final List<StormReader> readers = new ArrayList<>();
  private final CountDownLatch back;
  private final AtomicLong broke = new AtomicLong();
  private volatile boolean armed;

  private ReconnectStorm(String url, int count) {
    this.url = url;
    this.count = count;
    this.back = new CountDownLatch(count);
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int cut = Arrays.asList(args).indexOf("--cut");
    int words = cut < 0 ? args.length : cut;
    ReconnectStorm storm =
        new ReconnectStorm(args[0], words > 2 ? Integer.parseInt(args[2]) : 10_000);
    try (ClientResources resources = ClientResources.create()) {
      boolean good =
          cut < 0
              ? storm.restart(args[1], resources)
              : storm.cut(args[1], args[cut + 1], resources);
      System.exit(good ? 0 : 1);
    }
  }

  private boolean restart(String token, ClientResources resources) throws Exception {
    SluiceClient line = client(token, resources, new ClientListener() {});
    line.connect().join();
    StormPublisher publisher = new StormPublisher(line, prefix, CHANNELS);
    connect(token, resources, publisher);
    publisher.publish(ROUNDS);
    boolean before = awaitAll(publisher);
    arm();
    System.out.println("ready: " + count + " clients stand; restart the server");
    boolean stood = back.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    printStood(stood);
    if (!stood) {
      return false;
    }
    publisher.publish(ROUNDS);
    return awaitAll(publisher) & printRecovered(publisher, 1) && before;
  }

  private boolean cut(String token, String admin, ClientResources resources) throws Exception {
    try (BystanderProcess bystander = new BystanderProcess(url, admin, prefix + "bystander");
        ClientResources own = ClientResources.create()) {
      SluiceClient line = client(admin, own, new ClientListener() {});
      line.connect().join();
      StormPublisher publisher = new StormPublisher(line, prefix, CHANNELS);
      String user = connect(token, resources, publisher);
      if (user.equals(bystander.user())) {
        throw new IllegalArgumentException("the tokens must be of different users");
      }
      publisher.publish(ROUNDS);
      boolean before = awaitAll(publisher);
      publisher.goOn();
      bystander.mark();
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(CALM_SECONDS));
      arm();
      bystander.mark();
      disconnect(user, admin);
      boolean stood = back.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      printStood(stood);
      publisher.stop();
      boolean good = awaitAll(publisher) & printRecovered(publisher, 0) & printFromLog();
      return bystander.finish() && good && before && stood;
    }
  }

  private SluiceClient client(String token, ClientResources resources, ClientListener listener) {
    return SluiceClient.builder(url).token(token).resources(resources).listener(listener).build();
  }

  /** Connects all, some at a time, and says whose they are. */
  private String connect(String token, ClientResources resources, StormPublisher publisher) {
    List<CompletableFuture<Subscribed>> pending = new ArrayList<>();
    CompletableFuture<Connected> connected = new CompletableFuture<>();
    for (int i = 0; i < count; i++) {
      SluiceClient client = client(token, resources, this);
      connected = client.connect();
      StormReader reader = new StormReader(i % CHANNELS, back::countDown);
      readers.add(reader);
      String channel = publisher.channel(reader.channel());
      pending.add(client.subscribe(channel, SubscribeOptions.DEFAULTS, reader).ready());
      if (pending.size() == AT_ONCE || i == count - 1) {
        CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
        pending.clear();
      }
    }
    return connected.join().userId();
  }

  private void arm() {
    readers.forEach(StormReader::arm);
    armed = true;
  }

  @Override
  public void onState(ClientState state) {
    if (armed && state == ClientState.WAITING) {
      broke.compareAndSet(0, System.nanoTime());
    }
  }

  private void disconnect(String user, String credential) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI api = URI.create(url.replaceFirst("^ws", "http")).resolve("/api/v1/disconnect");
      String body = "{\"userId\":\"" + user + "\",\"reset\":true}";
      HttpRequest request =
          HttpRequest.newBuilder(api)
              .header("Authorization", "Bearer " + credential)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      System.out.println("cut: " + answer.strip());
    }
  }

  /** Waits until every reader has what was published, and says whether that came about. */
  private boolean awaitAll(StormPublisher publisher) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    boolean all = false;
    while (!all && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      all = readers.stream().allMatch(reader -> hasAll(reader, publisher));
    }
    return all;
  }

  private static boolean hasAll(StormReader reader, StormPublisher publisher) {
    return reader.number() >= publisher.sent(reader.channel());
  }

  private void printStood(boolean complete) {
    long[] waits =
        readers.stream()
            .filter(reader -> reader.stoodNanos() != 0)
            .mapToLong(reader -> (reader.stoodNanos() - broke.get()) / 1_000_000)
            .sorted()
            .toArray();
    System.out.printf(
        "%s: %d of %d back; p50 %d ms, p90 %d ms, p99 %d ms, last %d ms%n",
        complete ? "done" : "INCOMPLETE",
        waits.length,
        count,
        at(waits, 0.50),
        at(waits, 0.90),
        at(waits, 0.99),
        at(waits, 1));
  }

  private boolean printRecovered(StormPublisher publisher, int gaps) {
    long millis = (System.nanoTime() - broke.get()) / 1_000_000;
    long good =
        readers.stream()
            .filter(reader -> reader.fault() == null && reader.gaps() == gaps)
            .filter(reader -> hasAll(reader, publisher))
            .count();
    System.out.printf(
        "recovered: %d of %d have each publication once and in order, and were told of %d gaps;"
            + " all of it %d ms after the first line broke%n",
        good, count, gaps, millis);
    readers.stream()
        .map(StormReader::fault)
        .filter(fault -> fault != null)
        .limit(FAULTS_SHOWN)
        .forEach(fault -> System.out.println("fault: " + fault));
    return good == count;
  }

  /** A client that missed nothing would prove nothing. */
  private boolean printFromLog() {
    long[] missed = readers.stream().mapToLong(StormReader::fromLog).sorted().toArray();
    System.out.printf(
        "out of the log: %d to %d publications for each client%n", at(missed, 0), at(missed, 1));
    return at(missed, 0) > 0;
  }

  private static long at(long[] sorted, double part) {
    return sorted.length == 0 ? -1 : sorted[Math.max((int) Math.ceil(part * sorted.length), 1) - 1];
  }
}
