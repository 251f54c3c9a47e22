package io.sluice.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.admin.GraphEdit.Link;
import io.sluice.admin.GraphEdit.Named;
import io.sluice.admin.LiveGraphs.Outcome;
import io.sluice.admin.LiveGraphs.Standing;
import io.sluice.gateway.http.HttpReply;
import io.sluice.model.NodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphsCallTest {
  private static final Standing CITY = new Standing("city", 30, 2, 1, 7, 5);

  private final Desk desk = new Desk();

  @BeforeEach
  void graphs() {
    desk.graphs.all.add(CITY);
    desk.graphs.all.add(new Standing("default", 60, 0, 0, 0, null));
    desk.graphs.outcome = new Outcome.Done(CITY, false);
  }

  private Desk.Reply call(String token, String method, String path, String body) {
    return Desk.reply(
        desk.call(
            method, path, Map.of(), body.getBytes(UTF_8), "authorization", "Bearer " + token));
  }

  private GraphEdit patched(String body) {
    Desk.Reply reply = call("root", "PATCH", "graphs/city", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return desk.graphs.edit;
  }

  @Test
  void whoMayReadIsToldWhichThereAre() {
    assertThat(desk.get("bob", "graphs", Map.of()).text())
        .isEqualTo(
            "{\"graphs\":[{\"graph\":\"city\",\"rate\":30,\"nodes\":2,\"edges\":1,\"revision\":7,"
                + "\"source\":5},{\"graph\":\"default\",\"rate\":60,\"nodes\":0,\"edges\":0,"
                + "\"revision\":0,\"source\":null}]}");
    assertThat(desk.get("reader", "graphs", Map.of()).text()).isEqualTo("{\"graphs\":[]}");
  }

  @Test
  void oneIsReadAsItIsPrinted() {
    desk.graphs.outcome = new Outcome.Whole("{\"graph\":\"city\"}".getBytes(UTF_8), () -> {});
    Desk.Reply reply = desk.get("bob", "graphs/city", Map.of());
    assertThat(reply.text()).isEqualTo("{\"graph\":\"city\"}");
    assertThat(reply.headers()).containsEntry("Content-Type", "application/json");
    assertThat(desk.graphs.asked).containsExactly("read city");
  }

  @Test
  void whatAPersonWritesByHandIsUnderstood() {
    desk.graphs.outcome = new Outcome.Done(CITY, true);
    Desk.Reply reply =
        call(
            "root",
            "PUT",
            "graphs/city",
            """
            {"rate":30,
             "nodes":[{"id":1,"kind":"agent","name":"Ada","x":1,"y":-2.5,"z":1e2,"vx":0.5},
                      {"id":2,"position":{"x":7,"z":9},"velocity":{"y":3},"sssp_distance":null}],
             "names":{"2":"Bob"},
             "edges":[[1,2,0.5],[2,1,3]],
             "source":1,"zoom":4}
            """);
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.json().get("revision").asInt()).isEqualTo(7);
    assertThat(desk.graphs.rate).isEqualTo(30);
    GraphEdit whole = desk.graphs.edit;
    assertThat(whole.put().size()).isEqualTo(2);
    assertThat(whole.put().kind(0)).isEqualTo(NodeKind.AGENT);
    assertThat(whole.put().kind(1)).isEqualTo(NodeKind.PLAIN);
    assertThat(whole.put().y(0)).isEqualTo(-2.5f);
    assertThat(whole.put().z(0)).isEqualTo(100);
    assertThat(whole.put().vx(0)).isEqualTo(0.5f);
    assertThat(whole.put().x(1)).isEqualTo(7);
    assertThat(whole.put().z(1)).isEqualTo(9);
    assertThat(whole.put().vy(1)).isEqualTo(3);
    assertThat(whole.names()).containsExactly(new Named(1, "Ada"), new Named(2, "Bob"));
    assertThat(whole.linked()).containsExactly(new Link(1, 2, 0.5f), new Link(2, 1, 3));
    assertThat(whole.source()).isEqualTo(new GraphEdit.Source(1));
  }

  @Test
  void aChangeHasAnyOfItsParts() {
    GraphEdit edit =
        patched(
            """
            {"removed":[4],"nodes":[{"id":5}],"moves":[{"id":1,"x":1,"y":2,"z":3}],
             "edges":{"added":[[1,5,2]],"removed":[[1,2],[2,1,9]]},"names":{"1":"Ada"},
             "source":null}
            """);
    assertThat(edit.removed()).containsExactly(4);
    assertThat(edit.put().id(0)).isEqualTo(5);
    assertThat(edit.moved().z(0)).isEqualTo(3);
    assertThat(edit.linked()).containsExactly(new Link(1, 5, 2));
    assertThat(edit.cut()).containsExactly(new Link(1, 2, 0), new Link(2, 1, 0));
    assertThat(edit.source()).isEqualTo(new GraphEdit.Source(null));
    GraphEdit nothing = patched("{}");
    assertThat(nothing.source()).isNull();
    assertThat(nothing.put().size()).isZero();
  }

  @Test
  void whatIsTooLargeForAFloatIsLeftToTheGraphToRefuse() {
    assertThat(patched("{\"nodes\":[{\"id\":1,\"x\":1e99}]}").put().x(0)).isInfinite();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"nodes\":1} | nodes",
        "{\"nodes\":[1]} | nodes",
        "{\"nodes\":[{\"id\":-1}]} | nodes",
        "{\"nodes\":[{\"id\":1.5}]} | nodes",
        "{\"nodes\":[{\"id\":1073741824}]} | nodes",
        "{\"nodes\":[{\"id\":\"1\"}]} | nodes",
        "{\"nodes\":[{\"id\":1,\"x\":\"1\"}]} | nodes",
        "{\"nodes\":[{\"id\":1,\"x\":true}]} | nodes",
        "{\"nodes\":[{\"id\":1,\"name\":7}]} | nodes",
        "{\"nodes\":[{\"id\":1,\"kind\":\"person\"}]} | nodes",
        "{\"nodes\":[{\"id\":1,\"kind\":2}]} | nodes",
        "{\"nodes\":[{\"id\":1,\"position\":[1,2,3]}]} | nodes",
        "{\"nodes\":[{\"id\":1,\"position\":{\"x\":[]}}]} | nodes",
        "{\"moves\":{}} | moves",
        "{\"removed\":[\"a\"]} | removed",
        "{\"removed\":7} | removed",
        "{\"edges\":7} | edges",
        "{\"edges\":[1]} | edges",
        "{\"edges\":[[1]]} | edges",
        "{\"edges\":[[1,2]]} | edges",
        "{\"edges\":[[1,2,\"3\"]]} | edges",
        "{\"edges\":{\"added\":1}} | edges",
        "{\"edges\":{\"removed\":[[1]]}} | edges",
        "{\"names\":[\"Ada\"]} | names",
        "{\"names\":{\"01\":\"Ada\"}} | names",
        "{\"names\":{\"1073741824\":\"Ada\"}} | names",
        "{\"names\":{\"x\":\"Ada\"}} | names",
        "{\"names\":{\"1\":null}} | names",
        "{\"source\":\"1\"} | source",
        "{\"source\":-1} | source",
      })
  void whatIsOfTheWrongFormIsNamed(String body, String field) {
    for (String large : new String[] {"", " ".repeat(5_000)}) {
      Desk.Reply reply = call("root", "PATCH", "graphs/city", body + large);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.error().get("code").asString()).isEqualTo("invalid_field");
      assertThat(reply.error().get("details").get("field").asString()).isEqualTo(field);
    }
    assertThat(desk.graphs.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"nodes\":[{\"x\":1}]} | missing_field",
        "{\"nodes\":[{\"id\":null}]} | missing_field",
        "{\"nodes\":[{\"id\":1,\"id\":2}]} | invalid_json",
        "[] | invalid_json",
        "'' | invalid_json",
        "{\"nodes\":[{\"id\":1}] | invalid_json",
        "{\"rate\":\"fast\"} | invalid_field",
      })
  void aBodyThatIsNoneIsRefused(String body, String code) {
    Desk.Reply reply = call("root", "PUT", "graphs/city", body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().get("code").asString()).isEqualTo(code);
    assertThat(desk.graphs.asked).isEmpty();
  }

  @Test
  void whatAGraphRefusesIsAnsweredInTheOneForm() {
    desk.graphs.outcome = new Outcome.Failed(409, "graph_full", "A graph has at most 4 nodes");
    Desk.Reply reply = call("root", "PATCH", "graphs/city", "{}");
    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.error().get("code").asString()).isEqualTo("graph_full");
    assertThat(reply.error().get("details").get("kind").asString()).isEqualTo("conflict");
  }

  @Test
  void aGraphThatIsRemovedIsAnsweredWithNothing() {
    desk.graphs.outcome = new Outcome.Removed();
    assertThat(call("root", "DELETE", "graphs/city", "").status()).isEqualTo(204);
    assertThat(desk.graphs.asked).containsExactly("remove city");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a b", "a/b", "ü", "*"})
  void whatIsNoNameIsRefused(String name) {
    for (String method : new String[] {"GET", "PUT", "PATCH", "DELETE"}) {
      Desk.Reply reply = call("root", method, "graphs/" + name, "{}");
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.error().get("details").get("field").asString()).isEqualTo("name");
    }
    assertThat(desk.graphs.asked).isEmpty();
  }

  /** A token that restricts nothing changes what is there; the server's own words need a right. */
  @Test
  void whoMayWhatIsSaidByGrants() {
    assertThat(call("bob", "PATCH", "graphs/city", "{}").status()).isEqualTo(200);
    assertThat(call("bob", "PUT", "graphs/city", "{}").status()).isEqualTo(200);
    assertThat(call("bob", "PUT", "graphs/town", "{}").status()).isEqualTo(403);
    assertThat(call("bob", "DELETE", "graphs/city", "").status()).isEqualTo(403);
    assertThat(call("root", "PUT", "graphs/town", "{}").status()).isEqualTo(200);
    assertThat(call(Desk.SECRET, "DELETE", "graphs/city", "").status()).isEqualTo(200);
    desk.graphs.asked.clear();
    for (String method : new String[] {"GET", "PUT", "PATCH", "DELETE"}) {
      for (String name : new String[] {"city", "town"}) {
        Desk.Reply reply = call("reader", method, "graphs/" + name, "{}");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.error().get("code").asString()).isEqualTo("forbidden");
      }
    }
    assertThat(desk.graphs.asked).isEmpty();
  }

  @Test
  void whoMayNotMakeAGraphMakesNoneWhereItWentWhileTheBodyWasRead() {
    List<Runnable> reading = new ArrayList<>();
    desk.graphs.readers = reading::add;
    CompletionStage<HttpReply> put =
        desk.call(
            "PUT",
            "graphs/city",
            Map.of(),
            ("{}" + " ".repeat(5_000)).getBytes(UTF_8),
            "authorization",
            "Bearer bob");
    desk.graphs.all.clear();
    reading.getFirst().run();
    Desk.Reply reply = Desk.reply(put);
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.error().get("code").asString()).isEqualTo("forbidden");
    assertThat(desk.graphs.asked).isEmpty();
  }

  @Test
  void aServerThatStopsReadsNothingLarge() {
    desk.graphs.readers =
        reading -> {
          throw new RejectedExecutionException();
        };
    Desk.Reply reply = call("root", "PATCH", "graphs/city", "{}" + " ".repeat(5_000));
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error().get("code").asString()).isEqualTo("shutting_down");
  }
}
