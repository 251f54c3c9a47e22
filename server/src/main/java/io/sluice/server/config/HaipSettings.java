package io.sluice.server.config;

import io.sluice.model.HaipLimits;
import java.util.Locale;

/**
 * How HAIP is spoken.
 *
 * @param agent who answers people
 * @param limits every bound by its name
 */
public record HaipSettings(Agent agent, HaipLimits limits) {
  /** Who of the house answers people. */
  public enum Agent {
    /** Says again what it hears. */
    ECHO,
    /** Answers word by word, as a model would, and calls a tool. */
    DEMO,
    /** Nobody: programs answer, over Nexus or REST. */
    NONE
  }

  static HaipSettings read(KeyReader keys) throws SettingsException {
    String named =
        keys.text(
            "haip.agent",
            "echo, demo or none",
            "echo",
            "who answers people: one that echoes, one that shows streaming, or programs only");
    return new HaipSettings(
        agent(keys, named == null ? "echo" : named), new HaipKeys(keys).read(HaipLimits.DEFAULTS));
  }

  private static Agent agent(KeyReader keys, String named) throws SettingsException {
    for (Agent agent : Agent.values()) {
      if (agent.name().toLowerCase(Locale.ROOT).equals(named)) {
        return agent;
      }
    }
    throw new SettingsException(
        keys.origin("haip.agent") + ": '" + named + "' is not one of echo, demo, none");
  }
}
