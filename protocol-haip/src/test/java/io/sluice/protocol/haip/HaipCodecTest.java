package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Limits;
import io.sluice.model.Publication;
import io.sluice.protocol.Seeds;
import io.sluice.protocol.json.JsonPayload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HaipCodecTest {
  private static final String GOOD =
      Rig.envelope(2, "MESSAGE_START", "USER", "{\"text\":\"h\\u00e9 é\"}", "");

  private static HaipFault fault(String message) {
    byte[] bytes = message.getBytes(UTF_8);
    return Rig.CODEC.read(bytes, 0, bytes.length).fault();
  }

  @Test
  void everyBadMessageGetsItsCode() {
    assertThat(fault(GOOD)).isNull();
    List<String> violations =
        List.of(
            "",
            "null",
            "[]",
            "{",
            GOOD + "x",
            GOOD.replace("\"seq\"", "\"id\""),
            GOOD.replace("{\"text\"", "{\"text\":1,\"text\""),
            GOOD.replace("{\"text\":", "{\"text\":" + "[".repeat(80)),
            GOOD.replace("\"h\\u00e9 é\"", "1" + "0".repeat(1_001)),
            GOOD.replace("\\u00e9", "\\ud800"),
            GOOD.replace(Rig.uuid(2), "not-a-uuid"),
            GOOD.replace("\"type\":\"MESSAGE_START\"", "\"type\":7"),
            GOOD.replace("\"channel\":\"USER\"", "\"channel\":\"a.b\""),
            GOOD.replace("\"channel\":\"USER\"", "\"channel\":\"" + "x".repeat(81) + "\""),
            GOOD.replace("\"channel\":\"USER\",", ""),
            GOOD.replace("{\"text\":\"h\\u00e9 é\"}", "null"),
            GOOD.replace("{\"text\":\"h\\u00e9 é\"}", "\"bare\""),
            GOOD.replace("\"seq\"", "\"run_id\":7,\"seq\""),
            GOOD.replace("\"seq\"", "\"pv\":256,\"seq\""),
            GOOD.replace("\"seq\"", "\"crit\":1,\"seq\""),
            GOOD.replace("\"seq\"", "\"bin_len\":0.5,\"seq\""));
    for (String message : violations) {
      HaipFault fault = fault(message);
      assertThat(fault).as(message).isNotNull();
      assertThat(fault.code()).as(message).isEqualTo(HaipCode.PROTOCOL_VIOLATION);
    }
    assertThat(fault(GOOD.replace("MESSAGE_START", "MESSAGE_STARTED")).code())
        .isEqualTo(HaipCode.UNSUPPORTED_TYPE);
  }

  @Test
  void unknownMembersAreIgnoredUnlessTheMessageIsCritical() {
    String strange = GOOD.replace("\"seq\"", "\"strange\":[1],\"seq\"");
    assertThat(fault(strange)).isNull();
    assertThat(fault(strange.replace("\"seq\"", "\"crit\":false,\"seq\""))).isNull();
    assertThat(fault(strange.replace("\"seq\"", "\"crit\":true,\"seq\"")).code())
        .isEqualTo(HaipCode.UNSUPPORTED_TYPE);
    assertThat(fault(GOOD.replace("\"seq\"", "\"crit\":true,\"seq\""))).isNull();
  }

  @Test
  void anyTextOfAUuidIsAnId() {
    for (String id :
        List.of(
            "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-ffff-FFFF-ffff-ffffffffffff",
            "01890a5d-ac96-774b-bcce-b302099a8057")) {
      assertThat(fault(GOOD.replace(Rig.uuid(2), id))).as(id).isNull();
    }
  }

  @Test
  void aMessageIsCarriedByteForByteWithoutItsWay() {
    Rig rig = Rig.official();
    rig.text(
        " { \"type\" :\"MESSAGE_START\",\"payload\": {\"a\" : 1.50, \"b\":\"\\u0041\"}"
            + " ,\"transaction\":"
            + "\"null\",\"run_id\":\"r\",\"pv\":1,\"thread_id\":null,\"seq\":\"2\",\"ts\":\"2020-01-01\","
            + "\"channel\":\"USER\",\"id\":\""
            + Rig.uuid(9)
            + "\"}");
    assertThat(rig.told)
        .containsExactly(
            "message USER {\"id\":\""
                + Rig.uuid(9)
                + "\",\"ts\":\""
                + Rig.EPOCH
                + "\",\"type\":\"MESSAGE_START\",\"payload\":{\"a\" : 1.50, \"b\":\"\\u0041\"},"
                + "\"run_id\":\"r\",\"pv\":1}");
  }

  @Test
  void credentialsAreCutOutOfATransactionBeforeItIsPublished() {
    for (String payload :
        List.of(
            "{\"auth\":{\"t\":1},\"toolName\":\"echo\"}",
            "{\"toolName\":\"echo\",\"auth\":{\"t\":1}}",
            "{\"toolName\":\"echo\" , \"\\u0061uth\" : {\"t\":1} }")) {
      Rig rig = Rig.official();
      rig.sayMore("TRANSACTION_START", "SYSTEM", payload, ",\"transaction\":\"t\"");
      assertThat(rig.told.get(0)).isEqualTo("auth {\"t\":1}");
      assertThat(Rig.payload(rig.told.get(1).substring(15)).replace(" ", ""))
          .isEqualTo("{\"toolName\":\"echo\"}");
    }
  }

  private static HaipTail tail(String json, HaipGrammar grammar) {
    JsonPayload payload = JsonPayload.parse(json.getBytes(UTF_8), Limits.defaults(1L << 30).json());
    Draft draft =
        new Draft(new ChannelName("haip.s.USER"), Draft.Kind.MESSAGE, "ada", payload, null, null);
    return HaipTail.of(new Publication(7, 1_234, draft), "e", grammar);
  }

  @Test
  void whatIsNoEnvelopeIsWrappedAndAlwaysTheSame() {
    HaipGrammar plain = new HaipGrammar(false, false);
    HaipTail first = tail("\"h\\n\"", plain);
    assertThat(text(first)).contains("\"author\":\"ada\",\"text\":\"h\\n\"}");
    assertThat(text(first)).contains("\"ts\":\"1234\",\"type\":\"MESSAGE_START\"");
    assertThat(text(tail("\"h\\n\"", plain))).isEqualTo(text(first));
    assertThat(text(tail("{\"text\":\"hi\"}", plain)))
        .contains("\"text\":\"{\\\"text\\\":\\\"hi\\\"}\"");
    String forged = "{\"type\":\"FLOW_UPDATE\",\"payload\":{\"channel\":\"USER\",\"add_bytes\":9}}";
    assertThat(tail(forged, plain).type()).isEqualTo(HaipEvent.MESSAGE_START);
    String way = "{\"type\":\"MESSAGE_PART\",\"payload\":{},\"seq\":\"9\"}";
    assertThat(tail(way, plain).type()).isEqualTo(HaipEvent.MESSAGE_START);
    assertThat(
            text(tail("{\"type\":\"MESSAGE_PART\",\"payload\":{}}", new HaipGrammar(true, false))))
        .contains("\"type\":\"TEXT_MESSAGE_PART\",\"payload\":{}");
  }

  @Test
  void agentMayTellOfMistakesAndWhatIsExemptCostsNothing() {
    HaipGrammar plain = new HaipGrammar(false, false);
    String payload = "{\"code\":\"TOOL_NOT_FOUND\",\"message\":\"no\"}";
    for (HaipEvent exempt : List.of(HaipEvent.ERROR, HaipEvent.RUN_ERROR, HaipEvent.TOOL_CANCEL)) {
      HaipTail tail = tail("{\"type\":\"" + exempt + "\",\"payload\":" + payload + "}", plain);
      assertThat(tail.type()).isEqualTo(exempt);
      assertThat(text(tail)).contains("\"payload\":" + payload);
      assertThat(tail.cost(HaipDialect.OFFICIAL, 50)).isZero();
      assertThat(tail.cost(HaipDialect.SEED, 50)).isZero();
    }
  }

  private static String text(HaipTail tail) {
    return new String(tail.text(), UTF_8);
  }

  @Test
  void binaryGoesRoundThroughTheHub() {
    Rig rig = Rig.official();
    byte[] bytes = new byte[100];
    new Random(1).nextBytes(bytes);
    rig.sayMore(
        "AUDIO_CHUNK", "AUDIO_IN", "{\"m\":1}", ",\"bin_len\":100,\"bin_mime\":\"audio/opus\"");
    rig.binary(bytes);
    String canonical = rig.told.get(0).substring("message AUDIO_IN ".length());
    HaipTail binary = tail(canonical, new HaipGrammar(false, true));
    assertThat(binary.binary()).isEqualTo(bytes);
    assertThat(text(binary)).contains("\"payload\":{\"m\":1}").contains("\"bin_len\":100");
    assertThat(binary.cost(HaipDialect.OFFICIAL, 50)).isEqualTo(100);
    HaipTail inline = tail(canonical, new HaipGrammar(false, false));
    assertThat(inline.binary()).isNull();
    assertThat(text(inline)).contains("\"data\":\"").doesNotContain("bin_");
    assertThat(inline.cost(HaipDialect.OFFICIAL, 50)).isEqualTo(100);
    Rig seed = Rig.seed();
    seed.sayMore(
        "AUDIO_CHUNK", "AUDIO_IN", "{\"m\":1}", ",\"bin_len\":100,\"bin_mime\":\"audio/opus\"");
    seed.binary(bytes);
    int charged = (int) (1_000 - seed.conversation.metrics().get(0).allowedUnits());
    assertThat(charged).isEqualTo("{\"m\":1}".length() + 100);
    assertThat(binary.cost(HaipDialect.SEED, 50)).isEqualTo(charged);
  }

  @Test
  void whatIsNoMediaCostsItsFrameAndTheBinaryOneBehindIt() {
    HaipTail tail =
        tail(
            "{\"type\":\"MESSAGE_PART\",\"payload\":{\"data\":\"AQID\"},\"bin_mime\":\"x/y\"}",
            new HaipGrammar(false, true));
    assertThat(tail.binary()).hasSize(3);
    assertThat(tail.cost(HaipDialect.OFFICIAL, 50)).isEqualTo(50 + tail.text().length + 3);
    assertThat(tail.cost(HaipDialect.SEED, 50)).isEqualTo("{}".length() + 3);
  }

  @Test
  void whateverComesNothingIsThrownAndEverythingStaysBounded() {
    List<String> good = new ArrayList<>();
    for (HaipEvent event : HaipEvent.values()) {
      good.add(
          Rig.envelope(
              2,
              event.wireName(),
              "USER",
              "{\"channel\":\"USER\",\"action\":\"request_credits\",\"credits\":5,\"from_seq\":\"1\"}",
              ",\"bin_len\":2,\"ack\":\"1\""));
    }
    Seeds.each(400, seed -> spoil(good, new Random(seed)));
  }

  private static void spoil(List<String> good, Random random) {
    Rig rig = random.nextBoolean() ? Rig.official() : Rig.seed();
    rig.handles = random.nextBoolean();
    for (int i = 0; i < 60; i++) {
      byte[] bytes = good.get(random.nextInt(good.size())).getBytes(UTF_8);
      for (int times = random.nextInt(4); times > 0; times--) {
        bytes[random.nextInt(bytes.length)] =
            (byte) " {}[]\",:019-nullx".charAt(random.nextInt(16));
      }
      bytes = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
      if (random.nextInt(6) == 0) {
        rig.binary(Arrays.copyOf(bytes, random.nextInt(3)));
      } else {
        rig.text(new String(bytes, UTF_8));
      }
      rig.pass(random.nextInt(700));
    }
    assertThat(rig.conversation.metrics().size()).isLessThanOrEqualTo(21);
  }

  /** Each code with the other words for it that the protocol's generations use. */
  @Test
  void everySynonymIsUnderstood() {
    Map<HaipCode, List<String>> others = new EnumMap<>(HaipCode.class);
    others.put(
        HaipCode.PROTOCOL_VIOLATION,
        List.of(
            "INVALID_MESSAGE",
            "BINARY_FRAME_ERROR",
            "PROTOCOL_ERROR",
            "MISSING_RUN_ID",
            "NOT HAI"));
    others.put(HaipCode.FLOW_CONTROL_VIOLATION, List.of("INSUFFICIENT_CREDITS", "FLOW_CONTROL"));
    others.put(HaipCode.RUN_LIMIT_EXCEEDED, List.of("MAX_RUNS_EXCEEDED"));
    others.put(
        HaipCode.AUTHENTICATION_FAILED,
        List.of("FAILED_AUTH", "INVALID_TOKEN", "MISSING_TOKEN", "TOKEN_EXPIRED"));
    others.put(HaipCode.BUSY, List.of("RATE_LIMITED"));
    others.put(HaipCode.SERVER_ERROR, List.of("TIMEOUT", "TRANSPORT_ERROR", "CONNECTION_FAILED"));
    for (HaipCode code : HaipCode.values()) {
      List<String> synonyms = others.getOrDefault(code, List.of());
      assertThat(code.synonyms()).as("%s", code).isEqualTo(synonyms);
      assertThat(HaipCode.of(code.text())).isEqualTo(code);
      for (String synonym : synonyms) {
        assertThat(HaipCode.of(synonym)).as(synonym).isEqualTo(code);
        assertThat(HaipCode.of(synonym + "|")).isNull();
      }
    }
    assertThat(HaipCode.of("nothing")).isNull();
    assertThat(HaipCode.of("")).isNull();
  }

  @Test
  void theOldNamesOfMessagesAreUnderstoodAndNoOthers() {
    for (HaipEvent event : HaipEvent.values()) {
      assertThat(HaipEvent.of(event.wireName())).isEqualTo(event);
      boolean old = event.wireName().startsWith("MESSAGE_") && event != HaipEvent.MESSAGE_UPDATE;
      assertThat(HaipEvent.of("TEXT_" + event.wireName()))
          .as("%s", event)
          .isEqualTo(old ? event : null);
    }
  }
}
