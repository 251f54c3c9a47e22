package io.sluice.server.config;

import io.sluice.admin.ApiKeys;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything the server is told, checked.
 *
 * @param host where to listen
 * @param port where to listen; 0 takes a free one
 * @param auth whose tokens are good
 * @param apiKeys which programs may use the REST API
 * @param allowedOrigins in lower case; {@code *} among them allows all
 * @param edge proxies and TLS
 * @param data where data that must last lives
 * @param lanes how many event loops
 * @param limits every bound by its name
 * @param namespaces how channels behave
 * @param telemetry what the server says of itself
 * @param haip how HAIP is spoken
 * @param visionFlow how VisionFlow is spoken, and what graphs there are
 */
public record Settings(
    String host,
    int port,
    AuthSettings auth,
    ApiKeys apiKeys,
    List<String> allowedOrigins,
    EdgeSettings edge,
    Path data,
    int lanes,
    Limits limits,
    Namespaces namespaces,
    TelemetrySettings telemetry,
    HaipSettings haip,
    VisionFlowSettings visionFlow) {
  /** Copies the list. */
  public Settings {
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  /**
   * Reads them: flags before environment before file before defaults.
   *
   * @param flags values by key, such as {@code port}
   * @param file a YAML file; null takes the one {@code SLUICE_CONFIG} names, if it does
   * @param environment variables by name
   * @throws SettingsException in one line, if a key is unknown or a value is wrong
   */
  public static Settings load(
      Map<String, String> flags, @Nullable Path file, Map<String, String> environment)
      throws SettingsException {
    Path named = fileOf(file, environment);
    SettingsFile read = named == null ? SettingsFile.NONE : SettingsFile.read(named);
    return new SettingsKeys(new KeyReader(flags, new Environment(environment), read)).read();
  }

  static @Nullable Path fileOf(@Nullable Path file, Map<String, String> environment) {
    String named = environment.getOrDefault("SLUICE_CONFIG", "");
    return file != null || named.isEmpty() ? file : Path.of(named);
  }

  /** The same on another port. */
  public Settings withPort(int other) {
    return new Settings(
        host,
        other,
        auth,
        apiKeys,
        allowedOrigins,
        edge,
        data,
        lanes,
        limits,
        namespaces,
        telemetry,
        haip,
        visionFlow);
  }

  /** The same with another way to tell whose tokens are good. */
  public Settings withAuth(AuthSettings other) {
    return new Settings(
        host,
        port,
        other,
        apiKeys,
        allowedOrigins,
        edge,
        data,
        lanes,
        limits,
        namespaces,
        telemetry,
        haip,
        visionFlow);
  }
}
