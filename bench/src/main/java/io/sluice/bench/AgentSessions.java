package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Grants;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import io.sluice.services.agents.AgentHost;
import io.sluice.services.agents.AgentPorts;
import io.sluice.services.agents.EchoAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/**
 * What ten thousand sessions with an agent weigh: idle, and after each has said something once. A
 * program of its own; its figures are bytes of heap, so the machine's load does not matter.
 */
public final class AgentSessions {
  private static final int SESSIONS = 10_000;
  private static final String SAID =
      "{\"id\":\"m\",\"ts\":\"1\",\"type\":\"MESSAGE_START\","
          + "\"payload\":{\"message_id\":\"a\",\"text\":\"hello\"}}";
  private static final Payload PAYLOAD =
      new Payload() {
        private final byte[] bytes = SAID.getBytes(UTF_8);

        @Override
        public byte[] bytes() {
          return bytes;
        }

        @Override
        public Fields readFields() {
          return Fields.NONE;
        }
      };

  private final MemoryBroker broker =
      new MemoryBroker(
          new Limits.Hub(10 * SESSIONS, 1L << 30, 10, Duration.ofHours(1)),
          Namespaces.of(Limits.Log.DEFAULTS),
          () -> "epoch");
  private final CountDownLatch answered = new CountDownLatch(SESSIONS);
  private final AgentHost host = new AgentHost(ports(), (session, who) -> new EchoAgent());
  private final List<String> ids = new ArrayList<>();

  private AgentSessions() {
    for (int i = 0; i < SESSIONS; i++) {
      ids.add(UUID.randomUUID().toString());
    }
  }

  /** Prints both figures. */
  public static void main(String[] arguments) throws InterruptedException {
    new AgentSessions().weigh();
  }

  private AgentPorts ports() {
    return new AgentPorts(
        broker,
        new Broker.Writer(Limits.Session.DEFAULTS),
        task -> {
          Thread thread = Thread.ofVirtual().start(task);
          return thread::interrupt;
        },
        (time, task) -> task.run(),
        AgentSessions::now,
        () -> UUID.randomUUID().toString(),
        (session, what, why) -> System.out.println(what + " failed: " + why),
        (session, channel, offset) -> answered.countDown(),
        HaipLimits.DEFAULTS);
  }

  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  private void weigh() throws InterruptedException {
    long none = used();
    Identity ada = new Identity("ada", null, Grants.ALL, Long.MAX_VALUE);
    for (String id : ids) {
      boolean heard = host.opened(id, ada);
      if (!heard) {
        throw new IllegalStateException("nobody hears it");
      }
    }
    long idle = used();
    System.out.println("idle: " + (idle - none) / SESSIONS + " bytes a session");
    for (String id : ids) {
      ChannelName channel = new ChannelName("haip." + id + ".USER");
      host.channelOpened(channel, now());
      Draft said = new Draft(channel, Draft.Kind.MESSAGE, "ada", PAYLOAD, null, null, id);
      broker.publish(said, now(), new Heedless());
    }
    answered.await();
    long more = (used() - idle) / SESSIONS;
    System.out.println(
        "said and answered once: " + more + " bytes more, in " + broker.channels() + " logs");
  }

  /** After collections, with a moment between for what still runs. */
  private static long used() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(200);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static final class Heedless implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new IllegalStateException(fault.message());
    }
  }
}
