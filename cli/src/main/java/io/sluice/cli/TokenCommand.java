package io.sluice.cli;

import io.sluice.model.ChannelPattern;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.AuthSettings;
import io.sluice.server.config.Quantity;
import io.sluice.server.config.SettingsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code token}: prints a token that a server with the same secret takes. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Prints a token signed with the configured secret.",
    footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage."})
final class TokenCommand implements Callable<Integer> {
  private static final Duration MAX_TTL = Duration.ofDays(3_650);

  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "Who it is for: the sender of what it publishes. Required.")
  private @Nullable String user;

  @Option(names = "--role", paramLabel = "ROLE", description = "The role, none unless given.")
  private @Nullable String role;

  @Option(
      names = "--publish",
      paramLabel = "PATTERN",
      description = "May publish to such channels only; may be repeated. Everywhere unless given.")
  private @Nullable List<String> publish;

  @Option(
      names = "--subscribe",
      paramLabel = "PATTERN",
      description = "May subscribe to such channels only; may be repeated. To all unless given.")
  private @Nullable List<String> subscribe;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description = "How long it lives, such as 30s, 5m, 1h or 7d; 1h unless given.")
  private String ttl = "1h";

  @Option(names = "--json", description = "Prints {\"token\",\"userId\",\"expiresAt\"}.")
  private boolean json;

  @Mixin private SettingsOptions options = new SettingsOptions();

  TokenCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws SettingsException {
    if (user == null) {
      // Not left to the parser, which would say so instead of naming a misspelt --users.
      throw wrong("--user is missing");
    }
    Duration life = Quantity.duration(ttl);
    if (life == null || life.isZero() || life.compareTo(MAX_TTL) > 0) {
      throw wrong("--ttl: '" + ttl + "' is not a duration such as 30s, 5m, 1h or 7d");
    }
    TokenIssuer.Request request = request(user);
    AuthSettings auth = options.load(surroundings, Map.of()).auth();
    if (auth.secrets().isEmpty()) {
      throw new SettingsException(
          "no secret to sign with: give --secret, SLUICE_SECRET or a file with one"
              + " (in development mode serve prints a token)");
    }
    TokenIssuer issuer = new TokenIssuer(auth.secrets().getFirst(), auth.rules());
    print(issuer, request, life);
    return 0;
  }

  private void print(TokenIssuer issuer, TokenIssuer.Request request, Duration life) {
    long now = System.currentTimeMillis();
    String token = issuer.issue(request, life, now);
    if (!json) {
      surroundings.out().println(token);
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("token", token);
    fields.put("userId", request.user());
    fields.put("expiresAt", Math.ceilDiv(now + life.toMillis(), 1_000L) * 1_000L);
    surroundings.out().println(Lines.of(fields));
  }

  private TokenIssuer.Request request(String subject) {
    try {
      return new TokenIssuer.Request(
          subject, role, patterns("--publish", publish), patterns("--subscribe", subscribe));
    } catch (IllegalArgumentException e) {
      throw wrong("--user or --role: " + e.getMessage());
    }
  }

  private @Nullable List<ChannelPattern> patterns(String flag, @Nullable List<String> texts) {
    if (texts == null) {
      return null;
    }
    List<ChannelPattern> patterns = new ArrayList<>();
    for (String text : texts) {
      if (!ChannelPattern.isValid(text)) {
        throw wrong(flag + ": '" + text + "' is not a pattern such as news, news.* or news.>");
      }
      patterns.add(new ChannelPattern(text));
    }
    return patterns;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
