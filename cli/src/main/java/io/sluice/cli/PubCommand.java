package io.sluice.cli;

import io.sluice.client.ClientLimits;
import io.sluice.client.Json;
import io.sluice.client.PublishOptions;
import io.sluice.client.SluiceException;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pub}: publishes, and prints the offset of each publication once it is acknowledged. */
@Command(
    name = "pub",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Publishes JSON, waits for the acknowledgement, and prints the offset.",
      "If the line breaks, what was not acknowledged is sent again, and appended once."
    },
    footer = {"", "Exit codes: 0 everything was acknowledged, 1 something was not, 2 wrong usage."})
final class PubCommand implements Callable<Integer> {
  /** So many attempts in a row, a minute or so; then what is left is given up. */
  private static final int MAX_ATTEMPTS = 6;

  /** The server decides; this only keeps a mistake from filling the memory. */
  private static final int MAX_MESSAGE = 64 << 20;

  private static final int MAX_RATE = 1_000_000;

  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "CHANNEL", description = "Where to publish.")
  private String channel = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PAYLOAD",
      description = "JSON; - or nothing publishes each line of standard input.")
  private @Nullable String payload;

  @Option(
      names = "--text",
      description = "Takes payload or lines as plain text, and publishes JSON strings.")
  private boolean text;

  @Option(names = "--key", paramLabel = "KEY", description = "The key, for conflation.")
  private @Nullable String key;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = {
        "Publishing again with the same key appends nothing.",
        "Of several publications each has its number behind it: KEY-1, KEY-2."
      })
  private @Nullable String idempotencyKey;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most so many a second; as fast as it goes unless given.")
  private double rate;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Publishes the payload so often, or so many lines at most.")
  private @Nullable Long count;

  @Option(names = "--json", description = "Prints {\"channel\",\"epoch\",\"offset\"}, one a line.")
  private boolean json;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  PubCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    check();
    String given = payload;
    boolean lines = given == null || given.equals("-");
    String single = lines || given == null ? null : ready(given);
    Server server = connect.server(surroundings);
    ClientLimits limits =
        ClientLimits.DEFAULTS.withMaxAttempts(MAX_ATTEMPTS).withMessageBytes(1 << 20, MAX_MESSAGE);
    try (Link link = Link.open(server, limits, new Notices(surroundings, json));
        Receipts receipts = new Receipts(surroundings, json)) {
      boolean read = single == null ? publishLines(link, receipts) : repeat(link, receipts, single);
      return receipts.finish() && read ? 0 : 1;
    }
  }

  private void check() {
    if (!ChannelName.isValid(channel)) {
      throw wrong("'" + channel + "' is not a channel: 1 to 128 of A-Z a-z 0-9 _ . : -");
    }
    if (rate < 0 || rate > MAX_RATE) {
      throw wrong("--rate: not a number up to " + MAX_RATE);
    }
    if (count != null && count < 1) {
      throw wrong("--count: not a positive number");
    }
    // Room for a number behind it.
    if (isNoKey(key, 0) || isNoKey(idempotencyKey, 20)) {
      throw wrong("a key has 1 to " + Draft.MAX_KEY_LENGTH + " characters, less those of a number");
    }
  }

  private static boolean isNoKey(@Nullable String key, int room) {
    return key != null && (key.isEmpty() || key.length() + room > Draft.MAX_KEY_LENGTH);
  }

  /** The payload as JSON. */
  private String ready(String given) {
    if (text) {
      return Json.of(given);
    }
    if (!Lines.isJson(given)) {
      throw wrong("the payload is not JSON; --text publishes it as a string");
    }
    return given;
  }

  private boolean repeat(Link link, Receipts receipts, String single) throws IOException {
    long times = count == null ? 1 : count;
    Pace pace = new Pace(rate);
    for (long i = 1; i <= times && receipts.isGood(); i++) {
      pace.await();
      publish(link, receipts, single, times == 1 ? "" : "-" + i, "");
    }
    return true;
  }

  private boolean publishLines(Link link, Receipts receipts) throws IOException {
    BufferedReader in = surroundings.in();
    Pace pace = new Pace(rate);
    long most = count == null ? Long.MAX_VALUE : count;
    long published = 0;
    String line = "";
    for (long number = 1; published < most && receipts.isGood(); number++) {
      line = Lines.read(in);
      if (line == null) {
        return true;
      }
      if (!text && line.isBlank()) {
        continue;
      }
      if (!text && !Lines.isJson(line)) {
        receipts.refuse("line " + number + " is not JSON; --text publishes lines as strings");
        return false;
      }
      pace.await();
      published++;
      publish(
          link, receipts, text ? Json.of(line) : line, "-" + published, "line " + number + ": ");
    }
    return true;
  }

  private void publish(Link link, Receipts receipts, String ready, String number, String place)
      throws IOException {
    PublishOptions options = PublishOptions.DEFAULTS;
    options = key == null ? options : options.withKey(key);
    options =
        idempotencyKey == null ? options : options.withIdempotencyKey(idempotencyKey + number);
    PublishOptions chosen = options;
    try {
      receipts.add(place, ready.length(), () -> link.client().publish(channel, ready, chosen));
    } catch (SluiceException e) {
      receipts.refuse(place + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
