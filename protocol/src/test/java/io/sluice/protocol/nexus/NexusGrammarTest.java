package io.sluice.protocol.nexus;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Filter;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.Scalar;
import io.sluice.protocol.Seeds;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class NexusGrammarTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @Test
  void whatIsWrittenReadsBackAsWhatWasMeant() {
    long seed = Seeds.any();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      String from = text(random);
      long offset = random.nextLong(Position.MAX_OFFSET) >>> random.nextInt(53);
      long millis = random.nextLong(253_402_300_800_000L);
      Publication publication =
          Spoken.publication(Draft.Kind.MESSAGE, offset, millis, "c", from, "{\"a\":1}");
      for (NexusGrammar grammar : NexusGrammar.values()) {
        Map<?, ?> read = JSON.readValue(Spoken.print(grammar, publication), Map.class);
        assertThat((String) read.get("from")).as("seed %d", seed).isEqualTo(from);
        assertThat((String) read.get("timestamp"))
            .as("seed %d", seed)
            .isEqualTo(ISO.format(Instant.ofEpochMilli(millis)));
        if (grammar == NexusGrammar.EXTENDED) {
          assertThat(((Number) read.get("offset")).longValue()).isEqualTo(offset);
        } else {
          assertThat(read.containsKey("offset")).isFalse();
        }
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(20); left > 0; left--) {
      int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
      text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? '?' : point);
    }
    return text.toString();
  }

  @Test
  void halfASurrogatePairInANameBecomesTheReplacementCharacter() {
    for (String half : new String[] {"\ud800", "\udc00", "\ud800x", "\udc00\ud800"}) {
      Publication publication = Spoken.publication(Draft.Kind.MESSAGE, 1, 0, "c", "a" + half, "1");
      assertThat(Spoken.print(NexusGrammar.SEED, publication))
          .contains("\"a" + half.replace('\ud800', '\ufffd').replace('\udc00', '\ufffd') + "\"");
    }
  }

  @Test
  void aTimeBeyondFourDigitsOfYearsBecomesTheNearestWithin() {
    assertThat(timestamp(Long.MAX_VALUE)).isEqualTo("9999-12-31T23:59:59.999Z");
    assertThat(timestamp(Long.MIN_VALUE)).isEqualTo("0000-01-01T00:00:00.000Z");
  }

  private static String timestamp(long millis) {
    byte[] into = new byte[NexusTime.LENGTH];
    assertThat(NexusTime.write(millis, into, 0)).isEqualTo(into.length);
    return new String(into, StandardCharsets.US_ASCII);
  }

  @Test
  void aFilterThatNoPeerWroteIsPrintedCanonically() {
    TreeMap<String, Set<Scalar>> terms = new TreeMap<>();
    terms.put("n", Set.of(number("1e2"), number("0.50"), number("1e40"), number("-1e-999999999")));
    terms.put("a\"", Set.of(new Scalar.Text("é\n")));
    terms.put("z", Set.of(Scalar.Null.NULL, new Scalar.Bool(true), new Scalar.Bool(false)));
    assertThat(subscribed(new Filter(terms)))
        .contains(
            "\"filters\":{\"a\\\"\":\"é\\n\",\"n\":[-1E-999999999,0.5,100,1E+40],"
                + "\"z\":[false,null,true]}");
    assertThat(subscribed(Filter.EVERYTHING)).contains("\"filters\":{}");
  }

  private static Scalar number(String value) {
    return new Scalar.Numeric(new BigDecimal(value));
  }

  private static String subscribed(Filter filter) {
    Event event =
        new Event.Subscribed(
            null,
            new ChannelName("c"),
            filter,
            new Position("e", 0),
            false,
            Policy.LOSSLESS,
            false);
    return new String(Heard.begin(null).write(event), StandardCharsets.UTF_8);
  }
}
