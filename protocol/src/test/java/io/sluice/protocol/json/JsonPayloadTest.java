package io.sluice.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Scalar;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonPayloadTest {
  @Test
  void itKeepsTheBytesAndNotTheBlanksAround() {
    assertThat(payload(" \r\n{ \"a\" : 1.50 }\t").bytes())
        .isEqualTo("{ \"a\" : 1.50 }".getBytes(UTF_8));
  }

  @Test
  void whatIsNotOneJsonValueIsNoPayload() {
    assertThat(JsonPayload.parse("{} {}".getBytes(UTF_8), Limits.Json.DEFAULTS)).isNull();
    assertThat(JsonPayload.parse(new byte[0], Limits.Json.DEFAULTS)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"a\"", "[{\"a\":1}]", "true"})
  void dataThatIsNoObjectHasNoFields(String json) {
    assertThat(payload(json).readFields()).isSameAs(Fields.NONE);
  }

  @Test
  void everyKindOfScalarIsAField() {
    Fields fields =
        payload("{\"t\":\"\\u00e9\\n\",\"n\":-1.50,\"y\":true,\"f\":false,\"z\":null,\"l\":[1]}")
            .readFields();
    assertThat(fields.get("t")).isEqualTo(new Scalar.Text("é\n"));
    assertThat(fields.get("n")).isEqualTo(number("-1.5"));
    assertThat(fields.get("y")).isEqualTo(new Scalar.Bool(true));
    assertThat(fields.get("f")).isEqualTo(new Scalar.Bool(false));
    assertThat(fields.get("z")).isEqualTo(Scalar.Null.NULL);
    assertThat(fields.get("l")).isNull();
    assertThat(fields.get("missing")).isNull();
  }

  @Test
  void aTopLevelNameWithDotsHidesThePathEvenIfItIsNoScalar() {
    Fields fields = payload("{\"a\":{\"b\":1,\"c\":2},\"a.b\":[],\"a.d\":3}").readFields();
    assertThat(fields.get("a.b")).isNull();
    assertThat(fields.get("a.c")).isEqualTo(number("2"));
    assertThat(fields.get("a.d")).isEqualTo(number("3"));
  }

  @Test
  void aPathHasAtMostEightNames() {
    String json = "{\"p\":".repeat(9) + "1" + "}".repeat(9);
    String eight = "{\"p\":".repeat(8) + "1" + "}".repeat(8);
    for (String padding : new String[] {"", padding()}) {
      Fields deep = payload(json.replaceFirst("\\{", "{" + padding)).readFields();
      Fields less = payload(eight.replaceFirst("\\{", "{" + padding)).readFields();
      assertThat(less.get("p.p.p.p.p.p.p.p")).isEqualTo(number("1"));
      assertThat(deep.get("p.p.p.p.p.p.p.p.p")).isNull();
      assertThat(deep.get("p.p.p.p.p.p.p.p")).isNull();
    }
  }

  @Test
  void howManyNamesAPathMayHaveIsALimit() {
    Limits.Json usual = Limits.Json.DEFAULTS;
    Limits.Json two = new Limits.Json(usual.depth(), usual.numberLength(), usual.nameLength(), 2);
    for (String padding : new String[] {"", padding()}) {
      String json = "{" + padding + "\"a\":{\"b\":1,\"c\":{\"d\":1}}}";
      Fields fields = JsonPayload.parse(json.getBytes(UTF_8), two).readFields();
      assertThat(fields.get("a.b")).isEqualTo(number("1"));
      assertThat(fields.get("a.c.d")).isNull();
    }
  }

  /** So many members that they are not decoded beforehand. */
  private static String padding() {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < JsonPayload.INDEXED; i++) {
      members.append("\"m").append(i).append("\":").append(i).append(',');
    }
    return members.toString();
  }

  @Test
  void ofDataWithManyMembersOnlyThePlacesAreNoted() {
    Fields few = payload("{" + padding().replaceAll(",$", "") + "}").readFields();
    Fields many = payload("{" + padding() + "\"a\":{\"b\":1}}").readFields();
    assertThat(few).isInstanceOf(JsonIndex.class);
    assertThat(many).isInstanceOf(JsonTable.class);
    assertThat(many.retainedBytes()).isEqualTo(16 * (JsonPayload.INDEXED + 2));
    assertThat(few.retainedBytes()).isGreaterThan(JsonPayload.INDEXED * 100);
    assertThat(many.get("m511")).isEqualTo(number("511"));
    assertThat(many.get("a.b")).isEqualTo(number("1"));
    assertThat(many.get("a.c")).isNull();
    assertThat(many.get("a")).isNull();
  }

  @Test
  void oneMegabyteOfTheSmallestMembersIsNotedInTwoAndFoundInNoTime() {
    StringBuilder json = new StringBuilder("{\"first\":{\"x\":0");
    for (int i = 0; i < 110_000; i++) {
      json.append(",\"").append(Integer.toString(i, 36)).append("\":1");
    }
    JsonPayload payload = payload(json.append("}}").toString().replace("\"x\":1", "\"X\":1"));
    Fields fields = payload.readFields();
    assertThat(fields.retainedBytes()).isLessThan(2 * payload.bytes().length);
    assertThat(fields.get("first.x")).isEqualTo(number("0"));
    for (int i = 0; i < 110_000; i++) {
      String name = Integer.toString(i, 36).replaceAll("^x$", "X");
      assertThat(fields.get("first." + name)).isEqualTo(number("1"));
      assertThat(fields.get(name)).isNull();
    }
  }

  @Test
  void powersOfTenAreComparedAndNeverMultipliedOut() {
    Fields fields =
        payload(
                "{\"a\":1e999999999,\"b\":10e999999998,\"c\":1e-999999999,\"d\":1e1000000000,"
                    + "\"e\":1e-99999999999999999999,\"f\":0e99999999999999999999,\"g\":0.000}")
            .readFields();
    assertThat(fields.get("a")).isEqualTo(fields.get("b")).isNotNull();
    assertThat(fields.get("c")).isEqualTo(number("1e-999999999"));
    assertThat(fields.get("d")).isNull();
    assertThat(fields.get("e")).isNull();
    assertThat(fields.get("f")).isEqualTo(number("0")).isEqualTo(fields.get("g"));
  }

  private static Scalar number(String value) {
    return new Scalar.Numeric(new BigDecimal(value));
  }

  private static JsonPayload payload(String json) {
    return JsonPayload.parse(json.getBytes(UTF_8), Limits.Json.DEFAULTS);
  }
}
