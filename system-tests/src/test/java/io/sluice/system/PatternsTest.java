package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Subscriptions by pattern over real sockets, with the configuration that is shipped for them. */
class PatternsTest {
  private static final Pattern FED =
      Pattern.compile(
          "\"channel\":\"([^\"]+)\".*\"offset\":(\\d+),\"epoch\":\"([^\"]+)\","
              + "\"feed\":\\{\"epoch\":\"([^\"]+)\",\"offset\":(\\d+)},\"pattern\":\"([^\"]+)\"}");

  /** What a message of a pattern says of itself. */
  private record Fed(
      String channel,
      long offset,
      String epoch,
      String feedEpoch,
      long feedOffset,
      String pattern) {
    static Fed of(String message) {
      Matcher said = FED.matcher(message);
      assertThat(said.find()).as(message).isTrue();
      return new Fed(
          said.group(1),
          Long.parseLong(said.group(2)),
          said.group(3),
          said.group(4),
          Long.parseLong(said.group(5)),
          said.group(6));
    }
  }

  private static TestServer server() throws Exception {
    Path file = Path.of(System.getProperty("sluice.root"), "examples", "task-feed.yaml");
    return TestServer.start(Map.of("lanes", "2"), Files.readString(file));
  }

  private static void subscribe(RawClient client, String rest) throws IOException {
    client.send("{\"action\":\"subscribe\",\"id\":1," + rest + "}");
    client.await("\"subscribed\"");
  }

  private static void publish(RawClient client, String channel, String payload) throws IOException {
    client.send(
        "{\"action\":\"publish\",\"ack\":true,\"id\":1,\"channel\":\""
            + channel
            + "\",\"payload\":"
            + payload
            + "}");
    client.await("\"published\"");
  }

  private static void publishMany(TestServer server, String user, int messages) {
    try (RawClient client = RawClient.connect(server, user)) {
      for (int i = 0; i < messages; i++) {
        publish(client, "tasks.part" + i % 3, Integer.toString(i));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads so many: the feed's numbers one after the other, and each channel's likewise. */
  private static List<Fed> readOrdered(RawClient reader, long known, int messages)
      throws IOException {
    List<Fed> read = new ArrayList<>();
    Map<String, Long> last = new HashMap<>();
    for (int i = 1; i <= messages; i++) {
      Fed fed = Fed.of(reader.await("\"message\""));
      assertThat(fed.feedOffset()).isEqualTo(known + i);
      Long before = last.put(fed.channel(), fed.offset());
      assertThat(before == null || before + 1 == fed.offset())
          .as("%s after %s", fed, read)
          .isTrue();
      read.add(fed);
    }
    return read;
  }

  @Test
  void everyReaderOfAPatternHearsEveryChannelInOneOrder() throws Exception {
    int each = 300;
    try (TestServer server = server()) {
      List<RawClient> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        RawClient reader = RawClient.connect(server, "reader");
        subscribe(reader, "\"channel\":\"tasks.*\"");
        readers.add(reader);
      }
      List<Thread> publishers =
          List.of(
              Thread.ofVirtual().start(() -> publishMany(server, "ada", each)),
              Thread.ofVirtual().start(() -> publishMany(server, "bob", each)));
      List<Fed> first = readOrdered(readers.getFirst(), 0, 2 * each);
      for (RawClient reader : readers.subList(1, readers.size())) {
        assertThat(readOrdered(reader, 0, 2 * each)).isEqualTo(first);
      }
      for (Thread publisher : publishers) {
        publisher.join();
      }
      for (RawClient reader : readers) {
        reader.close();
      }
      assertThat(first).extracting(Fed::pattern).containsOnly("tasks.*");
    }
  }

  @Test
  void whoReturnsWithItsPlaceInTheFeedMissesNothingWhileOthersPublish() throws Exception {
    int all = 600;
    try (TestServer server = server()) {
      RawClient before = RawClient.connect(server, "reader");
      subscribe(before, "\"channel\":\"tasks.*\"");
      Thread publisher = Thread.ofVirtual().start(() -> publishMany(server, "ada", all));
      Fed last = readOrdered(before, 0, 100).getLast();
      before.close();
      RawClient after = RawClient.connect(server, "reader");
      after.send(
          "{\"action\":\"subscribe\",\"id\":1,\"channel\":\"tasks.*\",\"since\":{\"epoch\":\""
              + last.feedEpoch()
              + "\",\"offset\":100}}");
      assertThat(after.await("\"subscribed\""))
          .contains("\"channel\":\"tasks.*\"", "\"offset\":100", "\"recovered\":true");
      assertThat(readOrdered(after, 100, all - 100)).hasSize(all - 100);
      publisher.join();
      after.close();
    }
  }

  @Test
  void patternsFiltersCreditAndAChannelShareOneConnection() throws Exception {
    try (TestServer server = server();
        RawClient publisher = RawClient.connect(server, "ada");
        RawClient reader = RawClient.connect(server, "bob")) {
      subscribe(
          reader,
          "\"channel\":\"tasks.*\",\"filters\":{\"done\":true},\"credits\":{\"messages\":1}");
      subscribe(reader, "\"channel\":\"tasks.>\",\"filters\":{\"n\":3}");
      subscribe(reader, "\"channel\":\"tasks.a\",\"filters\":{\"n\":4}");
      publish(publisher, "tasks.a", "{\"n\":1,\"done\":true}");
      publish(publisher, "tasks.b", "{\"n\":2,\"done\":true}");
      publish(publisher, "tasks.b.deep", "{\"n\":3,\"done\":true}");
      publish(publisher, "tasks.a", "{\"n\":4,\"done\":false}");
      List<String> got = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        got.add(reader.await("\"message\""));
      }
      assertThat(got).anyMatch(text -> text.contains("\"n\":1") && text.endsWith("\"tasks.*\"}"));
      assertThat(got).anyMatch(text -> text.contains("\"n\":3") && text.endsWith("\"tasks.>\"}"));
      assertThat(got).anyMatch(text -> text.contains("\"n\":4") && text.endsWith("\"offset\":2}"));
      reader.send("{\"action\":\"credit\",\"channel\":\"tasks.*\",\"messages\":5}");
      assertThat(Fed.of(reader.await("\"message\"")))
          .extracting(Fed::channel, Fed::feedOffset, Fed::pattern)
          .containsExactly("tasks.b", 2L, "tasks.*");
      reader.send("{\"action\":\"unsubscribe\",\"channel\":\"tasks.*\"}");
      assertThat(reader.await("\"unsubscribed\"")).contains("\"channel\":\"tasks.*\"");
      publish(publisher, "tasks.c", "{\"n\":3,\"done\":true}");
      assertThat(reader.await("\"message\"")).endsWith("\"tasks.>\"}");
    }
  }

  @Test
  void whatNoFeedCoversIsRefusedAndTheConnectionStays() throws Exception {
    try (TestServer server = server();
        RawClient client = RawClient.connect(server, "ada")) {
      client.send("{\"action\":\"subscribe\",\"channel\":\"other.*\",\"id\":7}");
      assertThat(client.await("\"error\""))
          .contains("\"code\":\"no_feed\"", "\"id\":7", "\"channel\":\"other.*\"");
      client.send("{\"action\":\"subscribe\",\"channel\":\"tasks.*\",\"presence\":true}");
      assertThat(client.await("\"error\"")).contains("\"code\":\"invalid_field\"");
      client.send("{\"action\":\"subscribe\",\"channel\":\"tasks.*\",\"hold\":true}");
      assertThat(client.await("\"error\"")).contains("\"code\":\"invalid_field\"");
      client.subscribe("tasks.*");
    }
  }

  @Test
  void aPersonWithWscatHearsAChannelThatBeginsLater() throws Exception {
    try (TestServer server = server();
        Terminal wscat =
            Terminal.wscat(
                "ws://127.0.0.1:" + server.port() + "/ws?token=" + server.token("ada"))) {
      wscat.await("\"connected\"");
      wscat.type("{\"action\":\"subscribe\",\"channel\":\"tasks.*\"}");
      assertThat(wscat.await("\"subscribed\"")).contains("\"channel\":\"tasks.*\"");
      wscat.type("{\"action\":\"publish\",\"channel\":\"tasks.new\",\"payload\":1}");
      assertThat(wscat.await("\"message\",\"channel\""))
          .contains("\"channel\":\"tasks.new\"", "\"from\":\"ada\"")
          .doesNotContain("\"feed\"");
    }
  }
}
