package io.sluice.cli;

import io.sluice.client.ClientLimits;
import io.sluice.client.SluiceException;
import io.sluice.client.SubscribeOptions;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Credit;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.server.config.Quantity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sub}: subscribes, and prints what comes until it has seen enough or is interrupted. */
@Command(
    name = "sub",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Prints messages as they come: channel, offset, sender, data.",
      "Gaps, what was left out, reconnects and positions to go on from are told on standard error."
    },
    footer = {
      "",
      "Exit codes: 0 it was interrupted or --count was reached, 1 failed, 2 wrong usage."
    })
final class SubCommand implements Callable<Integer> {
  private static final String BEGINNING = "beginning";
  private static final int MAX_MESSAGE = 64 << 20;
  private static final int MAX_RATE = 1_000_000;

  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "CHANNEL",
      description = {
        "What to subscribe to: channels, or patterns such as 'task.*' (one segment) and 'task.>'"
            + " (one or more)."
      })
  private List<String> channels = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "EPOCH:OFFSET",
      description = {
        "Goes on behind this position, as sub prints it when it ends.",
        "beginning: with the oldest the log still has."
      })
  private @Nullable String since;

  @Option(
      names = "--filter",
      paramLabel = "FIELD=VALUE",
      description = {
        "Only messages whose field has the value; may be repeated: different fields must all"
            + " match, of the same field any value will do.",
        "A JSON object is a filter as the protocol has it; of several any will do."
      })
  private List<String> filters = new ArrayList<>();

  @Option(
      names = "--credits",
      paramLabel = "M[,BYTES]",
      description = "At most so many messages, and bytes, under way: 256,1MiB unless given.")
  private @Nullable String credits;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description = {
        "When it cannot take more: lossless, latest, drop-oldest or disconnect.",
        "The channel's own unless given; one it does not allow is refused."
      })
  private @Nullable String policy;

  @Option(
      names = "--conflate-by",
      paramLabel = "FIELD",
      description = "Under latest: what tells things apart, a field of the data or $key.")
  private @Nullable String conflateBy;

  @Option(
      names = "--hold",
      negatable = true,
      description = {
        "Slows the channel's publishers while it is slow, or does not.",
        "As the channel is configured unless given."
      })
  private @Nullable Boolean hold;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = {
        "Slow on purpose: takes N messages a second, and grants credit for no more.",
        "What it cannot take waits in the log."
      })
  private double rate;

  @Option(names = "--count", paramLabel = "N", description = "Ends after so many messages.")
  private @Nullable Long count;

  @Option(names = "--presence", description = "Prints who is there, joins and leaves.")
  private boolean presence;

  @Option(names = "--json", description = "Prints one object a line, as the protocol has them.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  SubCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    check();
    SubscribeOptions options = options();
    Server server = connect.server(surroundings);
    ClientLimits limits = ClientLimits.DEFAULTS.withMessageBytes(MAX_MESSAGE, 1 << 20);
    Screen screen = new Screen(surroundings, json, count == null ? Long.MAX_VALUE : count, rate);
    surroundings.unread().accept(screen::stop);
    try (Interruption _ = Interruption.by(screen::stop, surroundings)) {
      try (Link link = Link.open(server, limits, screen.watcher())) {
        for (String channel : new LinkedHashSet<>(channels)) {
          Position start = start(link, channel);
          link.client().subscribe(channel, options.withSince(start), screen.reader(channel));
        }
        int exit = screen.awaitEnd();
        screen.positions();
        return exit;
      }
    }
  }

  private void check() {
    for (String channel : channels) {
      boolean pattern = ChannelPattern.hasWildcard(channel);
      if (pattern && !ChannelPattern.isValid(channel)) {
        throw wrong("'" + channel + "' is not a pattern: * is one segment, > all that follow");
      }
      if (!pattern && !ChannelName.isValid(channel)) {
        throw wrong("'" + channel + "' is not a channel: 1 to 128 of A-Z a-z 0-9 _ . : -");
      }
      if (pattern && BEGINNING.equals(since)) {
        throw wrong("--since: a pattern has no beginning that can be asked for; give a position");
      }
    }
    if (rate < 0 || rate > MAX_RATE) {
      throw wrong("--rate: not a number up to " + MAX_RATE);
    }
    if (count != null && count < 1) {
      throw wrong("--count: not a positive number");
    }
    if (since != null && !since.equals(BEGINNING) && channels.size() > 1) {
      throw wrong("--since: a position is one channel's; beginning is for several");
    }
  }

  private SubscribeOptions options() {
    SubscribeOptions options = SubscribeOptions.DEFAULTS;
    try {
      for (String filter : Filters.of(filters)) {
        options = options.withFilter(filter);
      }
    } catch (IllegalArgumentException | SluiceException e) {
      throw wrong("--filter: " + e.getMessage());
    }
    options = options.withPolicy(policy()).withConflateBy(conflateBy).withHold(hold);
    return presence ? credit(options).withPresence() : credit(options);
  }

  private @Nullable Policy policy() {
    Policy known = policy == null ? null : Policy.of(policy);
    if (policy != null && known == null) {
      throw wrong(
          "--policy: '" + policy + "' is none of lossless, latest, drop-oldest, disconnect");
    }
    return known;
  }

  private SubscribeOptions credit(SubscribeOptions options) {
    if (credits == null) {
      // A second's worth: what is granted further ahead is not held back by the rate.
      long messages = rate > 0 ? Math.clamp((long) rate, 1, options.messages()) : 0;
      return messages == 0 ? options : options.withCredit(messages, options.bytes());
    }
    String[] parts = credits.split(",", 2);
    Long messages = parts[0].matches("\\d{1,16}") ? Long.valueOf(parts[0]) : null;
    Long bytes = parts.length == 1 ? Long.valueOf(options.bytes()) : Quantity.bytes(parts[1]);
    if (messages == null
        || bytes == null
        || messages < 1
        || messages > Credit.MAX
        || bytes < 1
        || bytes > Credit.MAX) {
      throw wrong("--credits: '" + credits + "' is not messages[,bytes] such as 10 or 10,64KiB");
    }
    return options.withCredit(messages, bytes);
  }

  private @Nullable Position start(Link link, String channel) throws IOException {
    if (since == null) {
      return null;
    }
    if (since.equals(BEGINNING)) {
      return new Position(epoch(link, channel), 0);
    }
    int colon = since.lastIndexOf(':');
    String offset = since.substring(colon + 1);
    if (colon < 1 || colon > Position.MAX_EPOCH_LENGTH || !offset.matches("\\d{1,15}")) {
      throw wrong("--since: '" + since + "' is neither beginning nor a position EPOCH:OFFSET");
    }
    return new Position(since.substring(0, colon), Long.parseLong(offset));
  }

  /** The name of the log as it is now; positions are told in it. */
  private static String epoch(Link link, String channel) throws IOException {
    try {
      return link.client().history(channel, null, 1).join().head().epoch();
    } catch (CompletionException e) {
      throw new IOException(channel + ": " + Link.why(e), e);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
