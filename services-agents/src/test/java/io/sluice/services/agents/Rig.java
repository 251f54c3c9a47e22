package io.sluice.services.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.VirtualTime;
import io.sluice.core.log.Broker;
import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Grants;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A hub with agents and one person, whose threads take a step when the test says so, or are real
 * ones.
 */
final class Rig {
  static final String SESSION = "5e551011-0000-4000-8000-000000000001";
  static final Identity ADA = new Identity("ada", null, Grants.ALL, Long.MAX_VALUE);

  /** So many publications of a few words may lie before the slowest reader. */
  static final int HELD_BYTES = 1_500;

  final VirtualTime time = new VirtualTime();
  final Limits.Log bounds =
      new Limits.Log(1_000, 1 << 20, Duration.ofMinutes(5), 1 << 20, 10, Duration.ofMinutes(5));
  final Queue<Runnable> steps = new ArrayDeque<>();
  final List<String> handled = new CopyOnWriteArrayList<>();
  final List<String> mishaps = new CopyOnWriteArrayList<>();

  /** Who holds something back, each time somebody must wait. */
  final LinkedBlockingQueue<ChannelName> held = new LinkedBlockingQueue<>();

  /** What is to be done later, at once if it is null. */
  @Nullable Queue<Runnable> later;

  /** Hears what is handled, beside the list. */
  volatile java.util.function.Consumer<String> onHandled = what -> {};

  /** Whether there are as many logs as may be. */
  boolean full;

  final MemoryBroker broker;
  final AgentHost host;
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger messages = new AtomicInteger();
  private final Map<String, Integer> read = new ConcurrentHashMap<>();

  Rig(Agents agents) {
    this(agents, HaipLimits.DEFAULTS, null);
  }

  Rig(Agent agent) {
    this((session, who) -> agent);
  }

  /** With these threads, or the test's steps if there are none. */
  Rig(Agents agents, HaipLimits limits, @Nullable Threads threads) {
    ChannelSettings usual = ChannelSettings.of(bounds);
    ChannelSettings holding =
        new ChannelSettings(
            usual.log(),
            usual.delivery(),
            new ChannelSettings.Hold(HELD_BYTES, 4, Duration.ofMinutes(5)),
            null,
            true,
            usual.rights(),
            usual.clients(),
            usual.priority());
    this.broker =
        new MemoryBroker(
            new Limits.Hub(100, 1 << 26, 10, Duration.ofHours(1)),
            new Namespaces(List.of(), holding),
            () -> "e");
    AgentPorts ports =
        new AgentPorts(
            new Noting(),
            new Broker.Writer(Limits.Session.DEFAULTS),
            threads == null ? this::step : threads,
            (pause, task) -> {
              if (later == null) {
                task.run();
              } else {
                later.add(task);
              }
            },
            time::now,
            () -> "id" + ids.incrementAndGet(),
            (session, what, why) -> mishaps.add(what + ": " + why),
            (session, channel, offset) -> {
              handled.add(channel + " " + offset);
              onHandled.accept(channel + " " + offset);
            },
            limits);
    this.host = new AgentHost(ports, agents);
  }

  private Threads.Running step(Runnable task) {
    steps.add(task);
    return () -> {};
  }

  /** Threads as the server has them. */
  static Threads virtual() {
    return task -> {
      Thread thread = Thread.ofVirtual().start(task);
      return thread::interrupt;
    };
  }

  /** The broker, and a note of each publication that has to wait. */
  private final class Noting implements Broker {
    @Override
    public void publish(Draft draft, io.sluice.model.Moment now, Receipt receipt) {
      broker.publish(
          draft,
          now,
          new Receipt() {
            @Override
            public void appended(Position position) {
              receipt.appended(position);
            }

            @Override
            public void failed(Fault fault) {
              receipt.failed(fault);
            }

            @Override
            public void held(int readers, long bytes) {
              receipt.held(readers, bytes);
              held.add(draft.channel());
            }

            @Override
            public @Nullable Writer writer() {
              return receipt.writer();
            }
          });
    }

    @Override
    public void open(
        io.sluice.model.Subject subject,
        io.sluice.core.log.Signal signal,
        io.sluice.model.Moment now,
        Opening opening) {
      if (full) {
        opening.failed(new Fault(io.sluice.model.Code.CHANNEL_LIMIT, "full"));
      } else {
        broker.open(subject, signal, now, opening);
      }
    }

    @Override
    public void tick(io.sluice.model.Moment now) {
      broker.tick(now);
    }

    @Override
    public void close() {
      broker.close();
    }
  }

  static ChannelName channel(String name) {
    return AgentHost.channel(SESSION, name);
  }

  /** Opens the person's session, and lets the agent begin. */
  Rig open() {
    assertThat(host.opened(SESSION, ADA)).isTrue();
    run();
    return this;
  }

  /** Does what is to be done, and all that comes of it. */
  void run() {
    Runnable step = steps.poll();
    while (step != null) {
      step.run();
      step = steps.poll();
    }
  }

  /** The person says it on USER, and it is answered. */
  Rig says(String type, String payload) {
    return says("USER", type, payload, "");
  }

  /** The same elsewhere, with more members, each with a comma before it. */
  Rig says(String name, String type, String payload, String more) {
    publish(SESSION, name, type, payload.replace('\'', '"'), more.replace('\'', '"'));
    run();
    return this;
  }

  void publish(String session, String name, String type, String payload, String more) {
    String json =
        "{\"id\":\"m%d\",\"ts\":\"1\",\"type\":\"%s\",\"payload\":%s%s}"
            .formatted(messages.incrementAndGet(), type, payload, more);
    publish(session, name, json, session);
  }

  void publish(String session, String name, String json, @Nullable String publisher) {
    ChannelName channel = AgentHost.channel(session, name);
    Draft draft =
        new Draft(
            channel,
            Draft.Kind.MESSAGE,
            "ada",
            new Said(json.getBytes(UTF_8)),
            null,
            null,
            publisher);
    broker.publish(draft, time.now(), new Heedless());
    host.channelOpened(channel, time.now());
  }

  private static final class Heedless implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault.message());
    }
  }

  /** What has come on AGENT since this was asked last: type and payload. */
  List<String> answers() {
    return answers("AGENT");
  }

  List<String> answers(String name) {
    return news(SESSION, name).stream()
        .map(envelope -> envelope.type() + " " + payload(envelope))
        .toList();
  }

  private static String payload(Envelope envelope) {
    return new String(Json.write(envelope.payload()), UTF_8).replace('"', '\'');
  }

  /** The envelopes that agents have published since this was asked last. */
  List<Envelope> news(String session, String name) {
    List<Envelope> news = new ArrayList<>();
    Log log = log(AgentHost.channel(session, name));
    int from = read.getOrDefault(session + name, 0) + 1;
    for (long offset = from; offset <= log.head(); offset++) {
      Entry entry = log.entry(offset);
      if (AgentHost.PUBLISHER.equals(entry.publication().draft().publisher())) {
        news.add(Envelope.read(entry.publication().draft().payload().bytes()));
      }
    }
    read.put(session + name, (int) log.head());
    return news;
  }

  Log log(ChannelName channel) {
    List<Log> found = new ArrayList<>();
    io.sluice.core.log.Signal nobody = () -> {};
    broker.open(
        channel,
        nobody,
        time.now(),
        new Broker.Opening() {
          @Override
          public void opened(Log log, long head) {
            log.leave(nobody, time.now());
            found.add(log);
          }

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault.message());
          }
        });
    return found.getFirst();
  }

  /** The next of a queue that other threads fill. */
  static <T> T take(LinkedBlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("within 20 seconds").isNotNull();
    return next;
  }
}
