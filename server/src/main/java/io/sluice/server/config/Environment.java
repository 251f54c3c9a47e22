package io.sluice.server.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the environment says, by the names of the keys. Immutable. */
final class Environment {
  private static final String PREFIX = "SLUICE_";

  /** Names of ours that are read elsewhere: by the launcher, by the log, by the command line. */
  private static final Set<String> OTHERS =
      Set.of("SLUICE_CONFIG", "SLUICE_LOG", "SLUICE_JAVA_OPTS", "SLUICE_URL", "SLUICE_TOKEN");

  /** The names under which the founding documents' deployments know some keys. */
  private static final Map<String, String> SEEDS =
      Map.of("port", "PORT", "secret", "NEXUS_JWT_SECRET", "redis", "REDIS_URL");

  /**
   * What Kubernetes puts into every container beside a service that is called sluice. Its {@code
   * SLUICE_PORT} is an address, which is no port of ours.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("SLUICE_SERVICE_(HOST|PORT(_.*)?)|SLUICE_PORT_\\d+_(TCP|UDP|SCTP)(_.*)?");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** {@code limits.socket.messageBytes} is {@code SLUICE_LIMITS_SOCKET_MESSAGE_BYTES}. */
  static String nameOf(String key) {
    return PREFIX
        + key.replaceAll("([a-z])([A-Z])", "$1_$2")
            .replaceAll("[.-]", "_")
            .toUpperCase(Locale.ROOT);
  }

  /** The seeds' name for a key; null for most. */
  static @Nullable String seedNameOf(String key) {
    return SEEDS.get(key);
  }

  /** What is said about the key, our own name first; an empty variable says nothing. */
  @Nullable Given find(String key) {
    String seedName = seedNameOf(key);
    for (String name : seedName == null ? List.of(nameOf(key)) : List.of(nameOf(key), seedName)) {
      String value = variables.get(name);
      if (value != null && !value.isEmpty() && !isServiceLink(name, value)) {
        return new Given.Text(name, value);
      }
    }
    return null;
  }

  private static boolean isServiceLink(String name, String value) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.equals("SLUICE_PORT") && SERVICE_ADDRESS.matcher(value).matches());
  }

  /** Refuses a variable with our prefix that is no key's. */
  void refuseUnknown(Collection<String> keys) throws SettingsException {
    Set<String> known = new TreeSet<>(OTHERS);
    keys.forEach(key -> known.add(nameOf(key)));
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      String name = variable.getKey();
      if (name.startsWith(PREFIX)
          && !known.contains(name)
          && !isServiceLink(name, variable.getValue())) {
        throw new SettingsException(
            name + ": there is no such setting" + Nearest.hint(name, known));
      }
    }
  }
}
