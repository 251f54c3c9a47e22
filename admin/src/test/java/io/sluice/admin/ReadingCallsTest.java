package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.HistoryReading;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Position;
import io.sluice.model.Present;
import io.sluice.model.Publication;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingCallsTest {
  private final Desk desk = new Desk();

  private static Map<String, List<String>> query(String... pairs) {
    Map<String, List<String>> query = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      query.merge(
          pairs[i],
          List.of(pairs[i + 1]),
          (before, more) -> List.of(before.getFirst(), more.getFirst()));
    }
    return query;
  }

  private static Consumer<HistoryReading.Answer> page(
      long head, boolean recovered, List<Publication> publications) {
    return answer ->
        answer.read(
            new Event.History(
                null,
                new ChannelName("news"),
                new Position("epoch", head),
                recovered,
                false,
                publications));
  }

  @Test
  void historyLooksAsItDoesOnTheSocket() {
    desk.post("bob", "publish", "{\"channel\":\"news\",\"payload\":{\"n\": 1.50}}");
    desk.post("root", "broadcast", "{\"channel\":\"news\",\"payload\":2}");
    desk.history = page(2, true, desk.log("news"));
    Desk.Reply reply =
        desk.get(
            "bob",
            "history",
            query("channel", "news", "epoch", "epoch", "offset", "0", "limit", "7", "x", "y"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text())
        .isEqualTo(
            "{\"type\":\"history\",\"channel\":\"news\",\"epoch\":\"epoch\",\"offset\":2,"
                + "\"recovered\":true,\"more\":false,\"publications\":["
                + "{\"type\":\"message\",\"channel\":\"news\",\"from\":\"bob\","
                + "\"data\":{\"n\": 1.50},\"timestamp\":\"2026-01-31T08:05:09.007Z\",\"offset\":1},"
                + "{\"type\":\"broadcast\",\"channel\":\"news\",\"data\":2,"
                + "\"timestamp\":\"2026-01-31T08:05:09.007Z\",\"offset\":2}]}");
    assertThat(desk.asked).containsExactly("history news " + new Position("epoch", 0) + " 7");
  }

  @Test
  void withoutAPositionItAsksForTheNewest() {
    desk.history = page(0, false, List.of());
    assertThat(desk.get("bob", "history", query("channel", "news")).status()).isEqualTo(200);
    assertThat(desk.asked).containsExactly("history news null 100");
  }

  @Test
  void presenceLooksAsItDoesOnTheSocket() {
    desk.presence =
        new Event.Presence(
            null,
            new ChannelName("news"),
            List.of(new Present("ada", 2), new Present("b\"ob", 1)),
            9);
    assertThat(desk.get("bob", "presence", query("channel", "news")).text())
        .isEqualTo(
            "{\"type\":\"presence\",\"channel\":\"news\",\"users\":["
                + "{\"userId\":\"ada\",\"connections\":2},"
                + "{\"userId\":\"b\\\"ob\",\"connections\":1}],\"total\":9}");
  }

  @Test
  void whatCannotBeReadIsSaid() {
    desk.presence = null;
    desk.history = answer -> answer.failed(new Fault(Code.INVALID_POSITION, "Not reached"));
    assertThat(desk.get("bob", "presence", query("channel", "news")).status()).isEqualTo(409);
    assertThat(desk.get("bob", "history", query("channel", "news")).status()).isEqualTo(400);
  }

  @Test
  void readingNeedsTheRightToSubscribe() {
    desk.history = page(0, false, List.of());
    for (String path : List.of("history", "presence")) {
      assertThat(desk.get("reader", path, query("channel", "news.a")).status()).isEqualTo(200);
      Desk.Reply reply = desk.get("reader", path, query("channel", "tasks"));
      assertThat(reply.status()).isEqualTo(403);
      assertThat(reply.error().path("code").asString()).isEqualTo("forbidden");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', missing_field, channel",
    "'channel,a b', invalid_channel, channel",
    "'channel,', invalid_channel, channel",
    "'channel,a,channel,b', invalid_field, channel",
    "'channel,a,limit,0', invalid_field, limit",
    "'channel,a,limit,1001', invalid_field, limit",
    "'channel,a,limit,1e2', invalid_field, limit",
    "'channel,a,limit,-1', invalid_field, limit",
    "'channel,a,limit,99999999999999999999', invalid_field, limit",
    "'channel,a,epoch,e', invalid_position, offset",
    "'channel,a,offset,1', invalid_position, epoch",
    "'channel,a,epoch,,offset,1', invalid_position, epoch",
    "'channel,a,epoch,e,offset,-1', invalid_position, offset",
    "'channel,a,epoch,e,offset,9007199254740992', invalid_position, offset"
  })
  void aBadParameterIsNamed(String pairs, String code, String field) {
    String[] parts = pairs.isEmpty() ? new String[0] : pairs.split(",", -1);
    Desk.Reply reply = desk.get("bob", "history", query(parts));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("code").asString()).isEqualTo(code);
    assertThat(reply.error().path("details").path("field").asString()).isEqualTo(field);
    assertThat(desk.asked).isEmpty();
  }
}
