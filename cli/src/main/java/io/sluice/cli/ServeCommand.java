package io.sluice.cli;

import io.sluice.server.Sluice;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: runs the server until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Runs the server until SIGTERM or Ctrl-C.")
final class ServeCommand implements Callable<Integer> {
  private static final Duration READY_TOKEN = Duration.ofHours(24);

  private final Surroundings surroundings;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Where to listen, 127.0.0.1 unless given.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen, 8080 unless given; 0 takes a free port.")
  private @Nullable String port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data that must last lives, ./data unless given.")
  private @Nullable String data;

  @Mixin private SettingsOptions options = new SettingsOptions();

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    Logging.check(surroundings.environment());
    Map<String, String> flags = new HashMap<>();
    put(flags, "host", host);
    put(flags, "port", port);
    put(flags, "data", data);
    Settings settings = options.load(surroundings, flags);
    Sluice sluice = Sluice.start(settings);
    // Before the line that says ready, because whoever reads it may signal at once.
    Stopping.onSignal(sluice, surroundings);
    surroundings.out().print(announcement(sluice));
    surroundings.out().flush();
    sluice.awaitClose();
    return 0;
  }

  private static void put(Map<String, String> flags, String key, @Nullable String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }

  /** What a person or a script wants to know first; a token in development mode only. */
  private static String announcement(Sluice sluice) {
    String authority = authority(sluice.settings().host(), sluice.port());
    String secure = sluice.isSecured() ? "s" : "";
    StringBuilder text =
        new StringBuilder("sluice ready http" + secure + "://" + authority + "\n")
            .append("memory only: a restart loses all channels and their history, and clients see")
            .append(" a new epoch\n");
    TokenIssuer developer = sluice.developer();
    if (developer != null) {
      TokenIssuer.Request request = new TokenIssuer.Request("developer", "admin", null, null);
      String token = developer.issue(request, READY_TOKEN, System.currentTimeMillis());
      text.append("development mode: no secret is set, so only this machine may connect\n")
          .append("token ")
          .append(token)
          .append('\n')
          .append("open  http" + secure + "://")
          .append(authority)
          .append("/#token=")
          .append(token)
          .append('\n')
          .append("try   npx wscat -c 'ws" + secure + "://")
          .append(authority)
          .append("/ws?token=")
          .append(token)
          .append("'\n");
    }
    return text.toString();
  }

  private static String authority(String host, int port) {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host) + ":" + port;
  }
}
