package io.sluice.server;

import io.sluice.core.Reader;
import io.sluice.core.log.Broker;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.haip.HaipAgents;
import io.sluice.model.ChannelName;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.server.config.HaipSettings;
import io.sluice.services.agents.AgentHost;
import io.sluice.services.agents.AgentPorts;
import io.sluice.services.agents.Agents;
import io.sluice.services.agents.EchoAgent;
import io.sluice.services.agents.Handled;
import io.sluice.services.agents.TokenAgent;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the agents of the house live: their threads, which are virtual ones, and the one that wakes
 * those who pause. Owner: who started it; its sessions are told by any thread.
 */
final class AgentHouse implements HaipAgents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentHouse.class);

  /** How fast the demo agent speaks: as fast as a model does. */
  private static final Duration PACE = Duration.ofMillis(40);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sluice-agents").factory());
  private final AgentHost host;

  AgentHouse(
      Broker broker,
      Limits limits,
      HaipLimits haip,
      Supplier<Moment> clock,
      Handled handled,
      Agents agents) {
    AgentPorts ports =
        new AgentPorts(
            broker,
            new Broker.Writer(limits.session()),
            task -> Thread.startVirtualThread(task)::interrupt,
            (time, task) -> {
              var _ = timer.schedule(task, time.toNanos(), TimeUnit.NANOSECONDS);
            },
            clock,
            () -> UUID.randomUUID().toString(),
            (session, what, why) -> BugLog.report(LOG, "an agent failed: " + what, why),
            handled,
            haip);
    this.host = new AgentHost(ports, agents);
  }

  /**
   * Who of the house answers people; programs on the hub may beside.
   *
   * @param own of who embeds the server, in the place of the one that is named; null for none
   */
  static Agents agents(HaipSettings.Agent named, @Nullable Agents own) {
    TokenAgent demo = new TokenAgent(PACE);
    return own != null
        ? own
        : (session, person) ->
            switch (named) {
              case ECHO -> new EchoAgent();
              case DEMO -> demo;
              case NONE -> null;
            };
  }

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

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
