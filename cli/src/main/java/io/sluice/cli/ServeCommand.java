package io.sluice.cli;

import io.sluice.server.Sluice;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code serve}: runs the server until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Runs the server until SIGTERM or Ctrl-C.",
    footer = {"", "Exit codes: 0 stopped by a signal, 1 failed, 2 wrong usage."})
final class ServeCommand implements Callable<Integer> {
  private static final Duration READY_TOKEN = Duration.ofHours(24);

  private final Surroundings surroundings;

  @Mixin private ListenOptions listen = new ListenOptions();
  @Mixin private SettingsOptions options = new SettingsOptions();

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    Logging.check(surroundings.environment());
    Settings settings = options.load(surroundings, listen.flags());
    Sluice sluice = Sluice.start(settings);
    // Before the line that says ready, because whoever reads it may signal at once.
    Stopping.onSignal(sluice, surroundings);
    surroundings.out().print(announcement(sluice));
    surroundings.out().flush();
    sluice.awaitClose();
    return 0;
  }

  /** What a person or a script wants to know first; a token in development mode only. */
  private static String announcement(Sluice sluice) {
    String place =
        (sluice.isSecured() ? "s://" : "://") + authority(sluice.settings().host(), sluice.port());
    boolean isAlive = sluice.settings().visionFlow().demo();
    StringBuilder text =
        new StringBuilder("sluice ready http" + place + "\n")
            .append("memory only: a restart loses all channels and their history, and clients see")
            .append(" a new epoch\n");
    TokenIssuer developer = sluice.developer();
    if (developer != null) {
      TokenIssuer.Request request = new TokenIssuer.Request("developer", "admin", null, null);
      String token = developer.issue(request, READY_TOKEN, System.currentTimeMillis());
      text.append("development mode: no secret is set, so only this machine may connect\n")
          .append("token " + token + "\n")
          .append("open  http" + place + "/#token=" + token + "\n")
          .append(isAlive ? "demo  http" + place + "/demo#token=" + token + "\n" : "")
          .append("try   npx wscat -c 'ws" + place + "/ws?token=" + token + "'\n");
    } else if (isAlive) {
      text.append("demo  http" + place + "/demo\n");
    }
    return text.toString();
  }

  private static String authority(String host, int port) {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host) + ":" + port;
  }
}
