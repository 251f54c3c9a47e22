package io.sluice.services.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Fields;
import io.sluice.model.Scalar;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies in the log, byte by byte, and what a filter sees of it. */
class EnvelopeTest {
  private static final String WHOLE =
      "{\"id\":\"i\",\"ts\":\"7\",\"type\":\"MESSAGE_PART\",\"payload\":{\"text\":\"é\",\"n\":1.50,"
          + "\"deep\":{\"er\":true},\"none\":null},\"run_id\":\"r\",\"thread_id\":\"t\","
          + "\"transaction\":\"x\",\"related_id\":\"q\",\"bin_mime\":\"m\"}";

  private static Envelope read(String json) {
    return Envelope.read(json.getBytes(UTF_8));
  }

  private static String write(Envelope envelope) {
    return new String(envelope.bytes(), UTF_8);
  }

  @Test
  void whatIsReadIsWrittenByteForByteThoughItsMembersCameInAnotherOrder() {
    assertThat(write(read(WHOLE))).isEqualTo(WHOLE);
    String turned = "{\"payload\":{\"b\":1,\"a\":[]},\"type\":\"PING\",\"ts\":\"7\",\"id\":\"i\"}";
    assertThat(write(read(turned)))
        .isEqualTo("{\"id\":\"i\",\"ts\":\"7\",\"type\":\"PING\",\"payload\":{\"b\":1,\"a\":[]}}");
  }

  @Test
  void whatIsNoEnvelopeIsNone() {
    assertThat(
            List.of(
                "",
                "{",
                "7",
                "[]",
                "null",
                "{\"id\":\"i\",\"type\":\"T\"}",
                "{\"id\":7,\"type\":\"T\",\"payload\":{}}",
                "{\"id\":\"i\",\"type\":null,\"payload\":{}}",
                "{\"id\":\"i\",\"type\":\"T\",\"payload\":{}} x"))
        .allSatisfy(text -> assertThat(read(text)).as(text).isNull());
  }

  @Test
  void theTextNullIsNoTransactionAndOldNamesAreNewOnes() {
    Envelope read =
        read(
            "{\"id\":\"i\",\"type\":\"TEXT_MESSAGE_END\",\"payload\":{},\"transaction\":\"null\"}");
    assertThat(read.transaction()).isNull();
    assertThat(read.type()).isEqualTo("MESSAGE_END");
    assertThat(read.ts()).isEqualTo("0");
  }

  @Test
  void aFilterSeesTheEnvelopesFieldsAndThoseOfItsPayload() {
    Fields fields = new Said(WHOLE.getBytes(UTF_8)).readFields();
    assertThat(fields.get("type")).isEqualTo(new Scalar.Text("MESSAGE_PART"));
    assertThat(fields.get("run_id")).isEqualTo(new Scalar.Text("r"));
    assertThat(fields.get("payload.text")).isEqualTo(new Scalar.Text("é"));
    assertThat(fields.get("payload.n")).isEqualTo(new Scalar.Numeric(new BigDecimal("1.5")));
    assertThat(fields.get("payload.deep.er")).isEqualTo(new Scalar.Bool(true));
    assertThat(fields.get("payload.none")).isEqualTo(Scalar.Null.NULL);
    assertThat(fields.get("payload")).isNull();
    assertThat(fields.get("nothing")).isNull();
    assertThat(fields.retainedBytes()).isPositive();
    assertThat(new Said("7".getBytes(UTF_8)).readFields()).isEqualTo(Fields.NONE);
  }

  @Test
  void aNameWithADotInItGoesBeforeAPath() {
    Fields fields = new Said("{\"a\":{\"b\":1},\"a.b\":2}".getBytes(UTF_8)).readFields();
    assertThat(fields.get("a.b")).isEqualTo(new Scalar.Numeric(new BigDecimal(2)));
  }

  @Test
  void halvesOfCharactersAreMendedAndNothingElseIs() {
    assertThat(mended("ok 😀 é\n\\ud83d \\\uD83D")).isEqualTo("ok 😀 é\n\\ud83d \\\uFFFD");
    assertThat(mended("\uD83D")).isEqualTo("\uFFFD");
    assertThat(mended("a\uDE00b\uDFFF")).isEqualTo("a\uFFFDb\uFFFD");
    assertThat(mended("\uD83D\uD83D\uDE00")).isEqualTo("\uFFFD😀");
    assertThat(mended("\u0001\u007f\ud7ff\ue000")).isEqualTo("\u0001\u007f\ud7ff\ue000");
  }

  private static String mended(String text) {
    return Json.read(Json.write(Json.object().put("x", text))).get("x").stringValue();
  }
}
