package io.sluice.protocol.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the voice socket says is read as it is written. */
final class VoiceReaderTest {
  private final VoiceReader reader = new VoiceReader(Vectors.JSON);
  private final VoiceText writer = new VoiceText();

  private VoiceEvent read(byte[] text) throws VisionFlowRefused {
    return reader.event(text, 0, text.length);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Map<Integer, String> others = new TreeMap<>(Map.of(1, "ada", 65_535, "\"B\" é"));
    assertThat(read(writer.room("r", 2, others))).isEqualTo(new VoiceEvent.Room("r", 2, others));
    assertThat(read(writer.room("r", 1, Map.of())))
        .isEqualTo(new VoiceEvent.Room("r", 1, Map.of()));
    assertThat(read(writer.join(3, "eve"))).isEqualTo(new VoiceEvent.Joined(3, "eve"));
    assertThat(read(writer.leave(3))).isEqualTo(new VoiceEvent.Left(3));
  }

  @Test
  void whatBothSocketsSayIsReadToo() throws Exception {
    assertThat(read("{\"type\":\"ping\",\"timestamp\":5}".getBytes(UTF_8)))
        .isEqualTo(new VoiceEvent.Common(new PositionEvent.Ping(5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x | invalid_json",
        "{} | missing_field",
        "{\"type\":\"weather\"} | unknown_type",
        "{\"type\":\"room\",\"speaker\":1} | missing_field",
        "{\"type\":\"room\",\"room\":\"r\",\"speaker\":65536} | invalid_field",
        "{\"type\":\"room\",\"room\":\"r\",\"speaker\":1,\"speakers\":{}} | invalid_field",
        "{\"type\":\"room\",\"room\":\"r\",\"speaker\":1,\"speakers\":[2]} | invalid_field",
        "{\"type\":\"room\",\"room\":\"r\",\"speaker\":1,\"speakers\":[{}]} | missing_field",
        "{\"type\":\"join\",\"speaker\":1,\"name\":2} | invalid_field",
        "{\"type\":\"leave\",\"speaker\":-1} | invalid_field"
      })
  void whatIsWrongIsRefused(String text, String code) {
    VisionFlowRefused refused =
        catchThrowableOfType(VisionFlowRefused.class, () -> read(text.getBytes(UTF_8)));
    assertThat(refused.fault().code().text()).isEqualTo(code);
  }
}
