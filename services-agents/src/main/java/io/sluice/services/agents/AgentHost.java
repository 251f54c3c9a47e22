package io.sluice.services.agents;

import io.sluice.core.Reader;
import io.sluice.model.ChannelName;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins agents to the sessions of the hub. Any thread; its sessions are a concurrent map, which
 * holds as many as the gateway has opened and not closed.
 *
 * <p>The agent of a session hears what the person published in the session's channels, whoever is
 * the publisher by {@code Draft.publisher}; what it says itself is published as {@link #PUBLISHER}.
 */
public final class AgentHost {
  /** What agents in the process publish as. */
  public static final String PUBLISHER = "agent";

  private static final String PREFIX = "haip.";

  private final AgentPorts ports;
  private final Agents agents;
  private final Talk talk = new Talk();
  private final Map<String, AgentSession> sessions = new ConcurrentHashMap<>();

  /** A host without sessions. */
  public AgentHost(AgentPorts ports, Agents agents) {
    this.ports = ports;
    this.agents = agents;
  }

  /** The hub's channel for a channel of a session. */
  static ChannelName channel(String session, String name) {
    return new ChannelName(PREFIX + session + "." + name);
  }

  /**
   * A session begins, or goes on.
   *
   * @return whether an agent hears it: then {@link Handled} will be told how far it is
   */
  public boolean opened(String session, Identity who) {
    if (sessions.containsKey(session)) {
      return true;
    }
    AgentSession begun = create(session, who);
    if (begun != null && sessions.putIfAbsent(session, begun) == null) {
      begun.begin();
    }
    return begun != null;
  }

  /** A bug of theirs is no reason to refuse the person: then nobody hears it. */
  private @Nullable AgentSession create(String session, Identity who) {
    try {
      Agent agent = agents.forSession(session, who);
      return agent == null ? null : new AgentSession(ports, session, who, agent, agent.tools());
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      ports.mishaps().failed(session, "beginning", e);
      return null;
    }
  }

  /**
   * A channel of a session has come into being: all that is in its log is heard. For other
   * channels, and for one that is heard already, this does nothing.
   */
  public void channelOpened(ChannelName channel, Moment now) {
    channelOpened(channel, Reader.OLDEST, now);
  }

  /**
   * The same for a log that may have been there before the session, as that of an earlier session
   * of the same id.
   *
   * @param from the offset of the first publication of this session
   */
  public void channelOpened(ChannelName channel, long from, Moment now) {
    String name = channel.value();
    int dot = name.indexOf('.', PREFIX.length());
    if (!name.startsWith(PREFIX) || dot < 0) {
      return;
    }
    AgentSession session = sessions.get(name.substring(PREFIX.length(), dot));
    if (session != null) {
      session.hear(name.substring(dot + 1), channel, from, talk, now);
    }
  }

  /** A session is over for good: everything of it is given back, and its agent told. */
  public void closed(String session) {
    AgentSession ended = sessions.remove(session);
    if (ended != null) {
      ended.close();
      talk.forget(ended);
    }
  }

  /** How many sessions are open. */
  public int sessions() {
    return sessions.size();
  }
}
