package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Payload;
import io.sluice.model.Publication;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.Objects;

/** What the benchmarks work on. Immutable. */
final class Samples {
  static final ChannelName CHANNEL = new ChannelName("telemetry");
  static final Limits LIMITS = Limits.defaults(256 << 20);
  static final Moment NOW = new Moment(1_000_000_000L, 1_767_225_600_000L);
  static final Identity IDENTITY = new Identity("bench", null, Grants.ALL, Long.MAX_VALUE);

  /** Bare messages, without a frame around them. */
  static final Form SEED = form(NexusGrammar.SEED);

  static final Form EXTENDED = form(NexusGrammar.EXTENDED);

  private static final String DATA =
      "{\"metric\":\"cpu_usage\",\"agent_id\":\"agent-17\",\"value\":45.25,\"state\":\"running\","
          + "\"labels\":[\"north\",\"canary\"],\"note\":\"%s\"}";

  private static final String PUBLISH =
      "{\"action\":\"publish\",\"channel\":\"telemetry\",\"payload\":%s}";

  private Samples() {}

  /** A publish of exactly 300 bytes. */
  static byte[] publish() {
    return PUBLISH.formatted(published()).getBytes(UTF_8);
  }

  /** What it publishes. */
  static String published() {
    return data(300 - PUBLISH.formatted("").length());
  }

  private static String data(int length) {
    return DATA.formatted("x".repeat(length - DATA.formatted("").length()));
  }

  static Payload payload(int length) {
    byte[] text = data(length).getBytes(UTF_8);
    return Objects.requireNonNull(JsonPayload.parse(text, LIMITS.json()));
  }

  static Publication publication() {
    Draft draft = new Draft(CHANNEL, Draft.Kind.MESSAGE, "bench", payload(256), null, null);
    return new Publication(123_456, NOW.epochMillis(), draft);
  }

  private static Form form(NexusGrammar grammar) {
    return publication -> {
      byte[] message = new byte[grammar.size(publication)];
      int end = grammar.write(publication, message, 0);
      return new Frame(message, end);
    };
  }
}
