package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.core.Lane;
import io.sluice.core.Meter;
import io.sluice.core.Ports;
import io.sluice.core.Reader;
import io.sluice.core.Tokens;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.presence.Presence;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.haip.HaipAgents;
import io.sluice.gateway.haip.HaipEndpoint;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.services.agents.AgentHost;
import io.sluice.services.agents.AgentPorts;
import io.sluice.services.agents.EchoAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What a HAIP session weighs that has said HAI, was answered, and says nothing more: its
 * conversation, the gateway's and the core's part of it, and its echo agent. The line below them is
 * a stub without a buffer, so that what a connection weighs is not counted; nor is the identity,
 * which belongs to it. A program of its own; its figures are bytes of heap, so the machine's load
 * does not matter.
 */
public final class HaipIdleSessions {
  private static final int SESSIONS = 10_000;

  /** What a person's client of the founding document says, as it is sent. */
  private static final String SEED =
      """
      {"id":"%1$s","session":"%1$s","seq":"1","ts":"1767225600000","channel":"SYSTEM","type":"HAI",\
      "payload":{"haip_version":"1.1.2","accept_major":[1],"accept_events":["HAI","FLOW_UPDATE",\
      "PAUSE_CHANNEL","RESUME_CHANNEL","MESSAGE_START","MESSAGE_PART","MESSAGE_END"],\
      "flow_control":{"enabled":true,"initial_credits":1000,"adaptive":true}}}\
      """;

  /** The same in the official grammar, by one who can be sent things again. */
  private static final String OFFICIAL =
      """
      {"id":"%1$s","session":"%1$s","seq":"1","ts":"1767225600000","channel":"SYSTEM","type":"HAI",\
      "payload":{"haip_version":"1.1.2","accept_major":[1],"accept_events":["HAI","PING","PONG",\
      "ERROR","FLOW_UPDATE","PAUSE_CHANNEL","RESUME_CHANNEL","REPLAY_REQUEST","MESSAGE_START",\
      "MESSAGE_PART","MESSAGE_END","RUN_STARTED","RUN_FINISHED","TOOL_LIST","TOOL_CALL",\
      "TOOL_DONE"],"capabilities":{"binary_frames":true,"flow_control":{\
      "initial_credit_messages":32,"initial_credit_bytes":262144}}}}\
      """;

  private final MemoryBroker broker =
      new MemoryBroker(
          new Limits.Hub(10 * SESSIONS, 1L << 30, 10, Duration.ofHours(1)),
          Namespaces.of(Limits.Log.DEFAULTS),
          () -> "epoch");
  private final Lane lane =
      new Lane(
          0,
          Samples.LIMITS,
          new Ports(
              broker, Presence.NONE, Tokens.NONE, Namespaces.of(Samples.LIMITS.log()), new Meter()),
          new GreedyOutlet(),
          () -> {});
  private final AgentHost host;
  private final HaipEndpoint endpoint;
  private final List<Line> lines = new ArrayList<>();
  private final List<Dialog> dialogs = new ArrayList<>();
  private int said;

  private HaipIdleSessions() {
    host =
        new AgentHost(
            new AgentPorts(
                broker,
                new Broker.Writer(Limits.Session.DEFAULTS),
                task -> Thread.startVirtualThread(task)::interrupt,
                (time, task) -> task.run(),
                HaipIdleSessions::now,
                () -> UUID.randomUUID().toString(),
                (session, what, why) -> System.out.println(what + " failed: " + why),
                (session, channel, offset) -> {},
                HaipLimits.DEFAULTS),
            (session, who) -> new EchoAgent());
    TokenVerifier nobody =
        (token, now) ->
            CompletableFuture.completedFuture(new TokenVerifier.Verdict.Rejected("none"));
    endpoint =
        new HaipEndpoint(
            HaipLimits.DEFAULTS, Samples.LIMITS, broker, nobody, agents(), HaipIdleSessions::now);
  }

  /** Prints what they weigh in each grammar. */
  public static void main(String[] arguments) throws InterruptedException {
    new HaipIdleSessions().weigh("seed", SEED);
    new HaipIdleSessions().weigh("official", OFFICIAL);
  }

  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  private HaipAgents agents() {
    return new HaipAgents() {
      @Override
      public boolean opened(String session, Identity person, Moment now) {
        return host.opened(session, person);
      }

      @Override
      public void speaks(ChannelName channel, boolean all, Moment now) {
        host.channelOpened(channel, all ? Reader.OLDEST : Reader.HEAD, now);
      }

      @Override
      public void closed(String session) {
        host.closed(session);
      }
    };
  }

  private void weigh(String name, String hai) throws InterruptedException {
    for (int i = 0; i < SESSIONS; i++) {
      lines.add(new Line(i));
      dialogs.add(null);
    }
    open(SESSIONS - 1, hai);
    long none = used();
    for (int i = 0; i < SESSIONS - 1; i++) {
      open(i, hai);
    }
    long bytes = (used() - none) / (SESSIONS - 1);
    if (said < SESSIONS || host.sessions() != SESSIONS) {
      throw new IllegalStateException("not all sessions stand");
    }
    System.out.println(String.format(Locale.ROOT, "%s: %,d bytes an idle session", name, bytes));
    java.lang.ref.Reference.reachabilityFence(this);
  }

  private void open(int index, String hai) {
    Line line = lines.get(index);
    Dialog dialog =
        endpoint.open(line, new Endpoint.Welcome(Samples.IDENTITY, null, "127.0.0.1:1"));
    dialogs.set(index, dialog);
    byte[] text = hai.formatted(UUID.randomUUID().toString()).getBytes(UTF_8);
    dialog.text(Unpooled.wrappedBuffer(text), now());
    lane.turn(now());
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

  /** Owner: the benchmark. A line that takes everything and keeps nothing. */
  private final class Line implements Connection {
    private final int slot;

    Line(int slot) {
      this.slot = slot;
    }

    @Override
    public int slot() {
      return slot;
    }

    @Override
    public Lane lane() {
      return lane;
    }

    @Override
    public boolean deflates() {
      return false;
    }

    @Override
    public void send(boolean binary, ByteBuf message) {
      said++;
    }

    @Override
    public boolean isBehind() {
      return false;
    }

    @Override
    public void ping() {}

    @Override
    public void stopReading() {}

    @Override
    public void readOn() {}

    @Override
    public void callAt(long nanos) {}

    @Override
    public void post(Consumer<Moment> action) {
      action.accept(now());
    }

    @Override
    public void close(CloseReason reason, String text) {
      throw new IllegalStateException(text);
    }
  }
}
