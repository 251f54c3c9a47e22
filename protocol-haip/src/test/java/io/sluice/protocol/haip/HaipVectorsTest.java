package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code vectors/haip.json}, which every other implementation of HAIP runs too. */
final class HaipVectorsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TestFactory
  Stream<DynamicTest> aMessageIsGoodOrHasThisFault() {
    return vectors("messages").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    (String) vector.get("name"),
                    () -> {
                      byte[] bytes = ((String) vector.get("message")).getBytes(UTF_8);
                      HaipFault fault = Rig.CODEC.read(bytes, 0, bytes.length).fault();
                      assertThat(fault == null ? null : fault.code().text())
                          .isEqualTo(vector.get("fault"));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aConversationGoesLikeThis() {
    return vectors("conversations").stream()
        .map(
            vector -> DynamicTest.dynamicTest((String) vector.get("name"), () -> converse(vector)));
  }

  private static void converse(Map<String, Object> vector) {
    Rig rig =
        vector.get("role").equals("SERVER")
            ? Rig.server()
            : Rig.client(HaipDialect.valueOf((String) vector.get("dialect")));
    for (Map<String, Object> step : objects(vector.get("steps"))) {
      rig.clear();
      act(rig, step);
      assertThat(heard(rig)).as("%s", step).isEqualTo(step.getOrDefault("out", List.of()));
    }
  }

  /** Everything said: a text frame as it is, a binary one as base64. */
  private static List<Map<String, Object>> heard(Rig rig) {
    List<Map<String, Object>> heard = new ArrayList<>();
    int binary = 0;
    for (String frame : rig.frames) {
      if (Rig.type(frame).equals("binary")) {
        heard.add(Map.of("binary", Base64.getEncoder().encodeToString(rig.binaries.get(binary++))));
      } else {
        heard.add(Map.of("text", frame));
      }
    }
    return heard;
  }

  private static void act(Rig rig, Map<String, Object> step) {
    switch ((String) step.get("do")) {
      case "begin" -> rig.conversation.begin(rig.now());
      case "cut" -> rig.conversation.cut(rig.now());
      case "text" -> rig.text((String) step.get("text"));
      case "binary" -> rig.binary(Base64.getDecoder().decode((String) step.get("binary")));
      case "tick" -> rig.pass(((Number) step.get("ms")).longValue());
      case "pause" -> rig.conversation.pause((String) step.get("channel"), rig.now());
      case "resume" -> rig.conversation.resume((String) step.get("channel"), rig.now());
      case "handled" -> {
        rig.tickets.forEach(ticket -> rig.conversation.handled(ticket, rig.now()));
        rig.tickets.clear();
      }
      case "send" -> send(rig, step);
      default -> throw new IllegalArgumentException("no such step: " + step);
    }
  }

  private static void send(Rig rig, Map<String, Object> step) {
    Object binary = step.get("binary");
    HaipOutgoing message =
        new HaipOutgoing(
            (String) step.get("channel"),
            HaipEvent.of((String) step.get("type")),
            ((String) step.get("payload")).getBytes(UTF_8),
            binary == null ? null : Base64.getDecoder().decode((String) binary),
            (String) step.get("mime"),
            null,
            null,
            null,
            null,
            null);
    String fate = rig.conversation.send(message, rig.now()).name().toLowerCase(Locale.ROOT);
    assertThat(fate).isEqualTo(step.get("fate"));
  }

  private static List<Map<String, Object>> vectors(String kind) {
    try (InputStream in = HaipVectorsTest.class.getResourceAsStream("/vectors/haip.json")) {
      Map<String, Object> all = new LinkedHashMap<>(object(JSON.readValue(in, Object.class)));
      return objects(all.get(kind));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(Object value) {
    return (List<Map<String, Object>>) value;
  }
}
