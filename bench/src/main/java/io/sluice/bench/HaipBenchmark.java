package io.sluice.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import io.sluice.protocol.haip.HaipCodec;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipGrammar;
import io.sluice.protocol.haip.HaipSetup;
import io.sluice.protocol.haip.HaipTail;
import io.sluice.protocol.json.JsonPayload;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Owner: the benchmark's thread. What the conversation does with one message in, and with one
 * publication out, whose data is {@link NexusBenchmark}'s: the difference is what HAIP adds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HaipBenchmark {
  private static final String ID = "0f0e0d0c-0b0a-4908-8706-050403020100";
  private static final String EVENTS =
      "[\"HAI\",\"PING\",\"PONG\",\"ERROR\",\"FLOW_UPDATE\",\"PAUSE_CHANNEL\",\"RESUME_CHANNEL\","
          + "\"REPLAY_REQUEST\",\"MESSAGE_START\",\"MESSAGE_PART\",\"MESSAGE_END\"]";
  private static final String OFFICIAL =
      "\"capabilities\":{\"binary_frames\":true,\"flow_control\":{\"initial_credit_messages\":32,"
          + "\"initial_credit_bytes\":262144}}";
  private static final String SEED =
      "\"flow_control\":{\"enabled\":true,\"initial_credits\":1000,\"adaptive\":true}";

  /** Numbers of so many digits are written over one another. */
  private static final long FIRST = 100_000_000_000L;

  private static final int DIGITS = 12;

  /** So many messages are read at once, and have come at the same time. */
  private static final int AT_ONCE = 16;

  /** A sample's data fits so often into what one request is granted. */
  private static final int A_GRANT = 3;

  private static final long A_REQUEST_NANOS = 10_000_000;

  private final HaipCodec codec = new HaipCodec(Samples.LIMITS.json());
  private final byte[] head = new byte[512];
  private final Publication publication = publication();
  private final HaipTail tail = HaipTail.of(publication, "epoch", new HaipGrammar(false, true));
  private final Numbered message = new Numbered("MESSAGE_START", "USER", Samples.published());
  private final Numbered seedMessage = new Numbered("MESSAGE_START", "USER", Samples.published());
  private final Numbered request =
      new Numbered(
          "FLOW_UPDATE",
          "SYSTEM",
          "{\"channel\":\"USER\",\"action\":\"request_credits\",\"credits\":1000}");
  private Moment now = Samples.NOW;
  private final HaipConversation official = conversation(OFFICIAL);
  private final HaipConversation seed = conversation(SEED);
  private long officialSeq = FIRST;
  private long seedSeq = FIRST;
  private long offset;
  private @Nullable Blackhole sink;

  /** Owner: the benchmark. A message whose number is written over. */
  private static final class Numbered {
    private final ByteBuf text;
    private final int seqAt;

    Numbered(String type, String channel, String payload) {
      String seq = "\"seq\":\"";
      String message =
          "{\"id\":\"%s\",\"session\":\"%s\",%s%d\",\"ts\":\"1767225600000\",\"channel\":\"%s\","
                  .formatted(ID, ID, seq, FIRST, channel)
              + "\"type\":\"%s\",\"payload\":%s}".formatted(type, payload);
      text = Unpooled.directBuffer().writeBytes(message.getBytes(UTF_8));
      seqAt = message.indexOf(seq) + seq.length();
    }

    ByteBuf number(long seq) {
      long rest = seq;
      for (int i = DIGITS - 1; i >= 0; i--) {
        text.setByte(seqAt + i, (byte) ('0' + rest % 10));
        rest /= 10;
      }
      return text;
    }
  }

  /** Owner: one conversation. Takes everything, and has handled a message when it has come. */
  private final class Steps extends HaipStub {
    private @Nullable HaipConversation conversation;

    @Override
    public void say(byte[] text) {
      if (sink != null) {
        sink.consume(text);
      }
    }

    @Override
    public void message(long ticket, String to, HaipEvent type, byte[] canonical) {
      Objects.requireNonNull(sink).consume(JsonPayload.of(canonical, Samples.LIMITS.json()));
      Objects.requireNonNull(conversation).handled(ticket, now);
    }
  }

  /** Both have introduced themselves. */
  private HaipConversation conversation(String flow) {
    Steps steps = new Steps();
    HaipConversation conversation =
        new HaipConversation(
            HaipSetup.server(1 << 20, true),
            codec,
            HaipLimits.DEFAULTS,
            HaipBenchmark::id,
            steps,
            now);
    steps.conversation = conversation;
    String hai =
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":%s,%s}"
            .formatted(EVENTS, flow);
    conversation.text(new Numbered("HAI", "SYSTEM", hai).text, now);
    if (!conversation.adopt(ID, null, now)) {
      throw new IllegalStateException("not adopted");
    }
    return conversation;
  }

  /** As the gateway makes them. */
  private static String id() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private static Publication publication() {
    byte[] said =
        "{\"id\":\"%s\",\"ts\":\"1767225600000\",\"type\":\"MESSAGE_PART\",\"payload\":%s}"
            .formatted(ID, Samples.published())
            .getBytes(ISO_8859_1);
    Draft draft =
        new Draft(
            new ChannelName("haip." + ID + ".AGENT"),
            Draft.Kind.MESSAGE,
            "bench",
            Objects.requireNonNull(JsonPayload.parse(said, Samples.LIMITS.json())),
            null,
            null,
            "agent");
    return new Publication(123_456, Samples.NOW.epochMillis(), draft);
  }

  private void pass(long seq) {
    if (seq % AT_ONCE == 0) {
      now = new Moment(now.nanos() + 100_000, now.epochMillis());
    }
  }

  /** A message comes, is in order, has credit, is published and handled, and credit is granted. */
  @Benchmark
  public void messageIn(Blackhole blackhole) {
    sink = blackhole;
    pass(++officialSeq);
    official.text(message.number(officialSeq), now);
  }

  /** The same in the seed's grammar, a request for credit with every third included. */
  @Benchmark
  public void messageInSeed(Blackhole blackhole) {
    sink = blackhole;
    if (seedSeq % (A_GRANT + 1) == 0) {
      // As seldom as not to be a flood of controls, which is looked at once a second.
      now = new Moment(now.nanos() + A_REQUEST_NANOS, now.epochMillis());
      seed.text(request.number(++seedSeq), now);
    }
    pass(++seedSeq);
    seed.text(seedMessage.number(seedSeq), now);
  }

  /** A publication is written once for all that speak the same grammar. */
  @Benchmark
  public HaipTail tailOnce() {
    return HaipTail.of(publication, "epoch", new HaipGrammar(false, true));
  }

  /** It gets the head of one receiver, and its cost; the copying of its text is included. */
  @Benchmark
  public int headOfEach(Blackhole blackhole) {
    int cost = tail.cost(official.dialect(), official.headSize("AGENT"));
    int end = official.head(head, 0, "AGENT");
    System.arraycopy(tail.text(), 0, head, end, Math.min(tail.text().length, head.length - end));
    official.sent("AGENT", ++offset);
    blackhole.consume(head);
    return cost;
  }
}
