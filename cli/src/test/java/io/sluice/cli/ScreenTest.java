package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Arrival;
import io.sluice.client.Gap;
import io.sluice.client.Held;
import io.sluice.client.Message;
import io.sluice.client.Moved;
import io.sluice.client.Presence;
import io.sluice.client.Subscribed;
import io.sluice.client.SubscriptionListener;
import io.sluice.model.Position;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Screen screen(boolean json, long count, Writer output) {
    return new Screen(surroundings(output), json, count, 0);
  }

  private Surroundings surroundings(Writer output) {
    return new Surroundings(
        Map.of(),
        new BufferedReader(new StringReader("")),
        new PrintWriter(output, true),
        new PrintWriter(err, true),
        closed -> {});
  }

  private static Message message(long offset) {
    return new Message("a", "ann", Long.toString(offset), NOON, offset, false, null);
  }

  @Test
  void itEndsBehindTheLastMessageThatWasWanted() {
    Screen screen = screen(false, 2, out);
    SubscriptionListener reader = screen.reader("a");
    reader.onSubscribed(new Subscribed("a", new Position("e", 4), false, "lossless", false));
    for (long offset = 5; offset < 9; offset++) {
      reader.onMessage(message(offset));
    }
    reader.onPosition(new Moved("a", new Position("e", 8), 0));
    assertThat(screen.awaitEnd()).isZero();
    screen.positions();
    assertThat(out).hasToString("a 5 ann 5\na 6 ann 6\n");
    assertThat(err).hasToString("subscribed a at e:4\nposition a e:6\n");
  }

  @Test
  void gapsAndReconnectsAreToldBeside() {
    Screen screen = screen(false, 10, out);
    SubscriptionListener reader = screen.reader("a");
    reader.onSubscribed(new Subscribed("a", new Position("e", 0), false, "lossless", false));
    reader.onGap(new Gap("a", "e", 1, 4, "evicted"));
    reader.onSubscribed(new Subscribed("a", new Position("e", 4), true, "lossless", false));
    reader.onGap(new Gap("a", "f", 1, Gap.UNKNOWN, Gap.NEW_EPOCH));
    assertThat(err)
        .hasToString(
            """
            subscribed a at e:0
            gap a 1-4 evicted
            subscribed a at e:4 again, nothing is missing
            gap a 1-? new_epoch
            """);
    assertThat(out).hasToString("");
  }

  @Test
  void whatAPatternBringsMovesItsPlaceInTheFeed() {
    Screen screen = screen(false, 1, out);
    SubscriptionListener reader = screen.reader("t.*");
    reader.onSubscribed(new Subscribed("t.*", new Position("f", 4), false, "lossless", false));
    Message.Fed fed = new Message.Fed("e", new Position("f", 5), "t.*");
    reader.onMessage(new Message("t.a", "ann", "1", NOON, 1, false, fed));
    screen.positions();
    assertThat(out).hasToString("t.a 1 ann 1\n");
    assertThat(err).hasToString("subscribed t.* at f:4\nposition t.* f:5\n");
  }

  @Test
  void whatWasLeftOutIsToldBesideAndPositionsOnlyToPrograms() {
    Moved moved = new Moved("a", new Position("e", 8), 0);
    Moved left = new Moved("a", new Position("e", 9), 3);
    SubscriptionListener reader = screen(false, 10, out).reader("a");
    reader.onSubscribed(new Subscribed("a", new Position("e", 4), false, "latest", true));
    reader.onPosition(moved);
    reader.onPosition(left);
    reader = screen(true, 10, out).reader("a");
    reader.onSubscribed(new Subscribed("a", new Position("e", 4), false, "latest", true));
    reader.onPosition(moved);
    reader.onPosition(left);
    assertThat(err)
        .hasToString(
            """
            subscribed a at e:4, latest, holds
            conflated a 3 to e:9
            {"type":"subscribed","channel":"a","epoch":"e","offset":4,"recovered":false,"policy":"latest","hold":true}
            {"type":"position","channel":"a","epoch":"e","offset":8}
            {"type":"position","channel":"a","epoch":"e","offset":9,"conflated":3}
            """);
  }

  @Test
  void whoPublishesIsToldThatItWaitsAndThatItDoesNot() {
    for (boolean json : new boolean[] {false, true}) {
      Notices notices = new Notices(surroundings(out), json);
      notices.held(new Held("a", 1, 262144));
      notices.released("a");
    }
    assertThat(err)
        .hasToString(
            """
            sluice: held a: waits for 1 slow reader, 262144 bytes
            sluice: released a
            {"type":"held","channel":"a","readers":1,"bytes":262144}
            {"type":"released","channel":"a"}
            """);
  }

  @Test
  void presenceIsPrinted() {
    Screen screen = screen(false, 10, out);
    SubscriptionListener reader = screen.reader("a");
    reader.onPresence(new Presence("a", List.of(new Presence.User("ann", 2)), 1));
    reader.onJoin(new Arrival("a", "bob", NOON));
    reader.onLeave(new Arrival("a", "ann", NOON));
    assertThat(out).hasToString("a present 1 ann\na join bob\na leave ann\n");
  }

  @Test
  void asJsonEverythingIsAnObject() {
    Screen screen = screen(true, 10, out);
    SubscriptionListener reader = screen.reader("a");
    reader.onSubscribed(new Subscribed("a", new Position("e", 0), true, "lossless", false));
    reader.onGap(new Gap("a", "e", 1, 4, "evicted"));
    reader.onPresence(new Presence("a", List.of(new Presence.User("ann", 2)), 1));
    reader.onJoin(new Arrival("a", "bob", NOON));
    assertThat(err)
        .hasToString(
            """
            {"type":"subscribed","channel":"a","epoch":"e","offset":0,"recovered":true}
            {"type":"gap","channel":"a","epoch":"e","firstOffset":1,"lastOffset":4,"reason":"evicted"}
            """);
    assertThat(out)
        .hasToString(
            """
            {"type":"presence","channel":"a","users":[{"userId":"ann","connections":2}],"total":1}
            {"type":"join","channel":"a","userId":"bob","timestamp":"2026-01-31T12:00:00.000Z"}
            """);
  }

  @Test
  void whereNobodyReadsAnyMoreItEnds() {
    Writer broken =
        new Writer() {
          @Override
          public void write(char[] text, int from, int length) throws java.io.IOException {
            throw new java.io.IOException("Broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Screen screen = screen(false, 10, broken);
    screen.reader("a").onMessage(message(1));
    assertThat(screen.awaitEnd()).isZero();
    assertThat(err).hasToString("");
  }
}
