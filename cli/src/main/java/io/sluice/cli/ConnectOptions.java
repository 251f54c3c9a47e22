package io.sluice.cli;

import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.AuthSettings;
import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which server a command talks to, and as whom. */
final class ConnectOptions {
  private static final String DEFAULT_URL = "http://127.0.0.1:8080";
  private static final Duration LIFE = Duration.ofHours(1);

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = {
        "The server: http, https, ws or wss; SLUICE_URL names one too.",
        DEFAULT_URL + " unless given."
      })
  private @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = {
        "Whose connection it is; SLUICE_TOKEN hides it from other users of this machine.",
        "Without one a token is made from the configured secret."
      })
  private @Nullable String token;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "Who a token made from the secret is for, cli unless given.")
  private String user = "cli";

  @Option(names = "--role", paramLabel = "ROLE", description = "Its role, none unless given.")
  private @Nullable String role;

  @Mixin private SettingsOptions options = new SettingsOptions();

  /** Whether a server was named. */
  boolean namesServer(Surroundings surroundings) {
    return url != null || !variable(surroundings, "SLUICE_URL").isEmpty();
  }

  /**
   * The server.
   *
   * @throws SettingsException if the address is none, or there is no token and no secret
   */
  Server server(Surroundings surroundings) throws SettingsException {
    String variable = variable(surroundings, "SLUICE_URL");
    String origin = url != null ? "--url" : "SLUICE_URL";
    String text = url != null ? url : variable.isEmpty() ? DEFAULT_URL : variable;
    return new Server(address(origin, text), tokens(surroundings));
  }

  /** The settings, as the server would read them. */
  Settings settings(Surroundings surroundings) throws SettingsException {
    return options.load(surroundings, Map.of());
  }

  private static String variable(Surroundings surroundings, String name) {
    return surroundings.environment().getOrDefault(name, "");
  }

  private static URI address(String origin, String text) throws SettingsException {
    try {
      URI given = new URI(text.strip());
      String scheme = String.valueOf(given.getScheme()).toLowerCase(Locale.ROOT);
      boolean known = scheme.matches("https?|wss?");
      if (known && given.getHost() != null && given.getRawQuery() == null) {
        String path = given.getRawPath();
        boolean bare = path == null || path.isEmpty() || path.equals("/");
        boolean secure = scheme.equals("https") || scheme.equals("wss");
        return new URI(
            (secure ? "wss" : "ws")
                + "://"
                + given.getRawAuthority()
                + (bare ? "/ws" : path.replaceFirst("/$", "")));
      }
    } catch (URISyntaxException e) {
      // Told below, in our words.
    }
    throw new SettingsException(
        origin + ": '" + text + "' is not an address such as " + DEFAULT_URL);
  }

  private UnaryOperator<String> tokens(Surroundings surroundings) throws SettingsException {
    String variable = variable(surroundings, "SLUICE_TOKEN");
    String given = token != null ? token : variable;
    if (!given.isBlank()) {
      return suffix -> given.strip();
    }
    AuthSettings auth = settings(surroundings).auth();
    if (auth.secrets().isEmpty()) {
      throw new SettingsException(
          "no token: give --token or SLUICE_TOKEN (in development mode serve prints one),"
              + " or a secret to make one from with --secret or SLUICE_SECRET");
    }
    TokenIssuer issuer = new TokenIssuer(auth.secrets().getFirst(), auth.rules());
    check();
    return suffix -> issuer.issue(request(suffix), LIFE, System.currentTimeMillis());
  }

  private TokenIssuer.Request request(String suffix) {
    return new TokenIssuer.Request(user + suffix, role, null, null);
  }

  private void check() throws SettingsException {
    try {
      var _ = request("-1000000");
    } catch (IllegalArgumentException e) {
      throw new SettingsException("--user or --role: " + e.getMessage());
    }
  }
}
