package io.sluice.cli;

import io.sluice.cli.load.Load;
import io.sluice.cli.load.Outcome;
import io.sluice.cli.load.OwnServer;
import io.sluice.cli.load.Plan;
import io.sluice.cli.load.Plan.Shape;
import io.sluice.cli.load.StatsPage;
import io.sluice.cli.load.Target;
import io.sluice.server.auth.ClaimRules;
import io.sluice.server.auth.Secret;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Nearest;
import io.sluice.server.config.Quantity;
import io.sluice.server.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench}: puts a load on a server for a while, and says how it did. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Measures a server, or one that it starts in a process of its own if none is named.",
      "fanout: all read one channel. echo: each reads what it publishes itself.",
      "rooms: ten share a channel.",
      "Latency counts from when a publication was due, so a server that stalls cannot hide it."
    },
    footer = {
      "",
      "Exit codes: 0 measured, also if interrupted; 1 the server refused, was lost, or did not"
          + " deliver everything; 2 wrong usage."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MAX_SUBSCRIBERS = 100_000;
  private static final int MAX_SIZE = 1 << 20;
  private static final int MAX_RATE = 10_000_000;
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int SECRET_BYTES = 32;

  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "SHAPE",
      description = "fanout, echo or rooms; fanout unless given.")
  private String shape = "fanout";

  @Option(
      names = "--subscribers",
      paramLabel = "N",
      description = "How many connections read: 500 unless given, 100 for echo.")
  private @Nullable Integer subscribers;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = {
        "Publications a second, of all together:",
        "100 unless given, 2000 for echo and rooms."
      })
  private @Nullable Double rate;

  @Option(names = "--size", paramLabel = "B", description = "Bytes of a payload, 128 unless given.")
  private String size = "128";

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "How long it is measured, 10s unless given.")
  private String duration = "10s";

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      description = "How long the load is on before, 3s unless given.")
  private String warmup = "3s";

  @Option(names = "--json", description = "Prints the outcome as one object.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  BenchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    Plan plan = plan();
    if (connect.namesServer(surroundings)) {
      Server server = connect.server(surroundings);
      if (server.socket().getScheme().equals("wss")) {
        throw wrong("--url: bench speaks plain ws and http only");
      }
      return run(plan, server, isLocal(server));
    }
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    TokenIssuer issuer = new TokenIssuer(Secret.of(secret), ownRules());
    try (OwnServer own = OwnServer.start(Main.class, secret)) {
      Server server =
          new Server(
              own.socket(),
              suffix ->
                  issuer.issue(
                      new TokenIssuer.Request("bench" + suffix, "admin", null, null),
                      LONGEST.multipliedBy(2),
                      System.currentTimeMillis()));
      return run(plan, server, true);
    }
  }

  private ClaimRules ownRules() throws SettingsException {
    return connect.settings(surroundings).auth().rules();
  }

  private static boolean isLocal(Server server) {
    try {
      return InetAddress.getByName(server.socket().getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private int run(Plan plan, Server server, boolean local)
      throws IOException, InterruptedException {
    BenchReport report = new BenchReport(surroundings, json);
    try (StatsPage stats = new StatsPage(server.page("/stats"), server::token)) {
      Target target =
          new Target(server.socket(), i -> server.tokens().apply("-" + i), stats, local);
      Load load = new Load(plan, target, report);
      try (Interruption _ = Interruption.by(load::stop, surroundings)) {
        Outcome outcome = load.run();
        if (outcome == null) {
          return 0;
        }
        report.print(outcome);
        return outcome.isWhole() ? 0 : 1;
      }
    }
  }

  private Plan plan() {
    Shape chosen = shape();
    int count =
        subscribers == null
            ? switch (chosen) {
              case FANOUT, ROOMS -> 500;
              case ECHO -> 100;
            }
            : subscribers;
    double perSecond =
        rate == null
            ? switch (chosen) {
              case FANOUT -> 100;
              case ECHO, ROOMS -> 2_000;
            }
            : rate;
    if (count < 1 || count > MAX_SUBSCRIBERS) {
      throw wrong("--subscribers: not a number from 1 to " + MAX_SUBSCRIBERS);
    }
    if (!(perSecond > 0 && perSecond <= MAX_RATE)) {
      throw wrong("--rate: not a number up to " + MAX_RATE);
    }
    Long bytes = Quantity.bytes(size);
    if (bytes == null || bytes < Load.minSize() || bytes > MAX_SIZE) {
      throw wrong("--size: not a size such as 128 or 4KiB, from " + Load.minSize() + " to 1MiB");
    }
    return new Plan(
        chosen,
        count,
        perSecond,
        bytes.intValue(),
        time("--warmup", warmup, Duration.ZERO),
        time("--duration", duration, Duration.ofSeconds(1)));
  }

  private Shape shape() {
    for (Shape known : Shape.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(shape)) {
        return known;
      }
    }
    throw wrong(
        "there is no load " + shape + Nearest.hint(shape, List.of("fanout", "echo", "rooms")));
  }

  private Duration time(String flag, String text, Duration min) {
    Duration time = Quantity.duration(text);
    if (time == null || time.compareTo(min) < 0 || time.compareTo(LONGEST) > 0) {
      throw wrong(flag + ": '" + text + "' is not a duration such as 10s, up to 1h");
    }
    return time;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
