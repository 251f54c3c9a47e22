package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.admin.GraphEdit;
import io.sluice.admin.LiveGraphs.Outcome;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.server.auth.TokenIssuer;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Graphs that are made, changed and read over REST, and watched meanwhile. */
class RestGraphsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TWO =
      "{\"rate\":30,\"nodes\":[{\"id\":1,\"kind\":\"agent\",\"name\":\"Ada\",\"x\":1},"
          + "{\"id\":2,\"y\":2}],\"edges\":[[1,2,0.5]],\"source\":1}";

  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(Map.of("lanes", "2"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Somebody of this role; who has none may what everybody may. */
  private String token(String role, List<ChannelPattern> publish, List<ChannelPattern> subscribe) {
    return server
        .sluice()
        .developer()
        .issue(
            new TokenIssuer.Request("ada", role, publish, subscribe),
            Duration.ofMinutes(5),
            System.currentTimeMillis());
  }

  private HttpResponse<String> as(String token, String method, String path, String body)
      throws Exception {
    return server.send(
        HttpRequest.newBuilder(server.at("/api/v1/graphs" + path))
            .header("Authorization", "Bearer " + token)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build());
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    return as(token("admin", null, null), method, path, body);
  }

  private JsonNode ok(String method, String path, String body) throws Exception {
    HttpResponse<String> answer = call(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    return JSON.readTree(answer.body());
  }

  private String code(int status, String method, String path, String body) throws Exception {
    HttpResponse<String> answer = call(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body()).get("error").get("code").asString();
  }

  private VisionFlowPeer watcher(String graph) {
    return new VisionFlowPeer(
        server.http,
        URI.create(
            "ws://127.0.0.1:"
                + server.port()
                + "/ws/positions?graph="
                + graph
                + "&token="
                + server.token("eve")),
        NodeForm.V2);
  }

  @Test
  void aGraphLivesFromPutToDeleteAndIsWatchedMeanwhile() throws Exception {
    assertThat(call("PUT", "/city", TWO).statusCode()).isEqualTo(201);
    VisionFlowPeer eve = watcher("city");
    JsonNode structure = eve.next("graph_update");
    assertThat(structure.get("names").get("1").asString()).isEqualTo("Ada");
    assertThat(eve.nodes().size()).isEqualTo(2);
    JsonNode standing =
        ok(
            "PATCH",
            "/city",
            "{\"removed\":[2],\"nodes\":[{\"id\":3,\"name\":\"Bob\"}],"
                + "\"moves\":[{\"id\":1,\"x\":9,\"y\":9,\"z\":9}],"
                + "\"edges\":{\"added\":[[1,3,2]]},\"names\":{\"1\":\"Eve\"}}");
    assertThat(standing.get("revision").asInt()).isEqualTo(structure.get("revision").asInt() + 1);
    JsonNode change = eve.next("graph_update");
    assertThat(change.get("removed").get(0).asInt()).isEqualTo(2);
    assertThat(change.get("added").get(0).asInt()).isEqualTo(3);
    assertThat(change.get("names").get("1").asString()).isEqualTo("Eve");
    float x = 0;
    while (x != 9) {
      NodeBatch nodes = eve.nodes();
      for (int i = 0; i < nodes.size(); i++) {
        x = nodes.id(i) == 1 ? nodes.x(i) : x;
      }
    }
    JsonNode whole = ok("GET", "/city", "");
    assertThat(whole.get("nodes")).hasSize(2);
    assertThat(whole.get("edges").toString()).isEqualTo("[[1,3,2.0]]");
    assertThat(whole.get("source").asInt()).isEqualTo(1);
    assertThat(ok("GET", "", "").get("graphs").findValuesAsString("graph"))
        .containsExactly("city", "default");
    assertThat(call("DELETE", "/city", "").statusCode()).isEqualTo(204);
    assertThat(eve.error()).isEqualTo("unknown_graph");
    assertThat(eve.closeCode()).isEqualTo(1008);
    assertThat(code(404, "GET", "/city", "")).isEqualTo("unknown_graph");
    assertThat(code(404, "PATCH", "/city", "{}")).isEqualTo("unknown_graph");
    assertThat(code(404, "DELETE", "/city", "")).isEqualTo("unknown_graph");
  }

  /** Whoever reads a graph can put it elsewhere. */
  @Test
  void whatIsReadCanBePut() throws Exception {
    ok("PUT", "/one", TWO);
    String one = call("GET", "/one", "").body();
    ok("PUT", "/two", one);
    ok("PUT", "/two", one);
    JsonNode first = JSON.readTree(one);
    JsonNode second = ok("GET", "/two", "");
    for (String part : List.of("rate", "source", "names", "edges")) {
      assertThat(second.get(part)).as(part).isEqualTo(first.get(part));
    }
    for (int i = 0; i < 2; i++) {
      for (String part : List.of("id", "kind", "position", "velocity")) {
        assertThat(second.get("nodes").get(i).get(part))
            .isEqualTo(first.get("nodes").get(i).get(part));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT | {\"rate\":7} | 400 | invalid_rate",
        "PUT | {\"nodes\":[{\"id\":1},{\"id\":1}]} | 400 | duplicate_id",
        "PUT | {\"nodes\":[{\"id\":1,\"x\":1e39}]} | 400 | not_finite",
        "PUT | {\"nodes\":[{\"id\":1,\"name\":\"\"}]} | 400 | invalid_name",
        "PUT | {\"edges\":[[1,2,1]]} | 409 | unknown_node",
        "PUT | {\"source\":7} | 409 | unknown_node",
        "PATCH | {\"nodes\":[{\"id\":3}],\"removed\":[9]} | 409 | unknown_node",
        "PATCH | {\"nodes\":[{\"id\":3}],\"edges\":{\"removed\":[[2,1]]}} | 409 | unknown_edge",
        "PATCH | {\"nodes\":[{\"id\":3}],\"edges\":[[3,3,1]]} | 400 | invalid_edge",
        "PATCH | {\"nodes\":[{\"id\":3}],\"edges\":[[1,3,-1]]} | 400 | invalid_weight",
        "PATCH | {\"nodes\":[{\"id\":3}],\"edges\":[[1,3,1],[1,3,2]]} | 400 | duplicate_edge",
        "PATCH | {\"nodes\":[{\"id\":3}],\"moves\":[{\"id\":1,\"x\":-1e39}]} | 400 | not_finite",
      })
  void ofWhatIsRefusedNothingIsDone(String method, String body, int status, String code)
      throws Exception {
    ok("PUT", "/city", TWO);
    // The ways are found in a moment, and belong to the graph as it is.
    await().until(() -> call("GET", "/city", "").body().contains("\"sssp_parent\":1"));
    String before = call("GET", "/city", "").body();
    assertThat(code(status, method, "/city", body)).isEqualTo(code);
    assertThat(call("GET", "/city", "").body()).isEqualTo(before);
    if (method.equals("PUT")) {
      assertThat(code(status, method, "/new", body)).isEqualTo(code);
      assertThat(code(404, "GET", "/new", "")).isEqualTo("unknown_graph");
    }
  }

  @Test
  void aNameIsAsLongAsItMayBe() throws Exception {
    String name = "x".repeat(128);
    String body = "{\"nodes\":[{\"id\":1,\"name\":\"" + name + "\"}]}";
    ok("PUT", "/city", body);
    assertThat(code(400, "PUT", "/city", body.replace(name, name + "x")))
        .isEqualTo("name_too_long");
  }

  @Test
  void graphsAndWhatIsInThemAreBounded() throws Exception {
    server.restart(
        Map.of(
            "visionflow.graph.graphs", "2",
            "visionflow.graph.nodes", "2",
            "visionflow.graph.edges", "1",
            "visionflow.graph.view.bytes", "600",
            "limits.http.bodyBytes", "1KiB"));
    ok("PUT", "/city", TWO);
    assertThat(code(409, "PUT", "/town", TWO)).isEqualTo("too_many_graphs");
    assertThat(code(409, "PATCH", "/city", "{\"nodes\":[{\"id\":3}]}")).isEqualTo("graph_full");
    assertThat(code(409, "PATCH", "/city", "{\"edges\":[[2,1,1]]}")).isEqualTo("graph_full");
    assertThat(call("GET", "/city", "").statusCode()).isEqualTo(200);
    ok("PATCH", "/city", "{\"names\":{\"2\":\"" + "é".repeat(60) + "\"}}");
    assertThat(code(409, "GET", "/city", "")).isEqualTo("graph_too_large");
    assertThat(code(413, "PUT", "/city", TWO + " ".repeat(1 << 10))).isEqualTo("body_too_large");
  }

  @Test
  void soManyAreReadAtOnceAndNoMore() throws Exception {
    server.restart(Map.of("visionflow.graph.view.atOnce", "1"));
    BlockingQueue<Runnable> printing = new LinkedBlockingQueue<>();
    RestGraphs graphs = new RestGraphs(server.sluice().graphs(), printing::add);
    CompletableFuture<Outcome> first = graphs.read("default").toCompletableFuture();
    assertThat(graphs.read("default").toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.code()).isEqualTo("busy"));
    printing.take().run();
    assertThat(first.join()).isInstanceOf(Outcome.Whole.class);
    assertThat(graphs.read("default").toCompletableFuture().getNow(null))
        .as("the first is still on its way")
        .isInstanceOf(Outcome.Failed.class);
    for (int twice = 0; twice < 2; twice++) {
      ((Outcome.Whole) first.join()).settled().run();
    }
    CompletableFuture<Outcome> next = graphs.read("default").toCompletableFuture();
    printing.take().run();
    assertThat(next.join()).isInstanceOf(Outcome.Whole.class);
    assertThat(graphs.read("default").toCompletableFuture().getNow(null))
        .as("one place was given back, not two")
        .isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void whoReadsNothingKeepsItsPlaceUntilItsLineIsCut() throws Exception {
    server.restart(Map.of("visionflow.graph.view.atOnce", "2", "limits.http.bodyBytes", "16MiB"));
    ok("PUT", "/big", nodes(100_000) + "]}");
    try (Socket other = reader("/big")) {
      assertThat(other.isConnected()).isTrue();
      try (Socket one = reader("/big")) {
        assertThat(one.isConnected()).isTrue();
        assertThat(code(503, "GET", "/big", "")).isEqualTo("busy");
        assertThat(code(503, "GET", "/default", "")).isEqualTo("busy");
      }
      await().until(() -> call("GET", "/big", "").statusCode() == 200);
      // Who reads gives its place back itself.
      await().until(() -> call("GET", "/default", "").statusCode() == 200);
    }
  }

  /** Somebody who asks for a graph, sees that an answer has begun, and reads no further. */
  private Socket reader(String graph) throws Exception {
    Socket socket = server.connect(1 << 10);
    socket.getOutputStream().write(server.raw("GET /api/v1/graphs" + graph + " HTTP/1.1", ""));
    assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 200");
    return socket;
  }

  private static String nodes(int count) {
    StringBuilder body = new StringBuilder("{\"nodes\":[");
    for (int id = 0; id < count; id++) {
      body.append(id == 0 ? "" : ",").append("{\"id\":").append(id).append(",\"x\":1.5}");
    }
    return body.toString();
  }

  @Test
  void whoMayNotMakeAGraphMakesNoneWhereItWentMeanwhile() {
    RestGraphs graphs = new RestGraphs(server.sluice().graphs(), Runnable::run);
    GraphEdit nothing =
        new GraphEdit(
            List.of(),
            new NodeBatch(0, 0),
            new NodeBatch(0, 0),
            List.of(),
            List.of(),
            List.of(),
            null);
    Moment now = new Moment(System.nanoTime(), System.currentTimeMillis());
    assertThat(graphs.put("gone", null, nothing, false, now).toCompletableFuture().join())
        .isEqualTo(new Outcome.NotMade());
    assertThat(graphs.has("gone")).isFalse();
    assertThat(graphs.put("default", null, nothing, false, now).toCompletableFuture().join())
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aHundredThousandNodesArePutWhereABodyMayHaveThem() throws Exception {
    server.restart(Map.of("limits.http.bodyBytes", "16MiB"));
    String nodes = nodes(100_000);
    assertThat(ok("PUT", "/big", nodes + "]}").get("nodes").asInt()).isEqualTo(100_000);
    assertThat(code(409, "PUT", "/big", nodes + ",{\"id\":100000}]}")).isEqualTo("graph_full");
    assertThat(ok("GET", "/big", "").get("nodes")).hasSize(100_000);
  }

  @Test
  void rightsAreThoseOfTheSocket() throws Exception {
    ok("PUT", "/city", TWO);
    String all = server.token("ada");
    assertThat(as(all, "GET", "/city", "").statusCode()).isEqualTo(200);
    assertThat(as(all, "PATCH", "/city", "{}").statusCode()).isEqualTo(200);
    assertThat(as(all, "PUT", "/town", "{}").statusCode()).isEqualTo(403);
    assertThat(as(all, "DELETE", "/city", "").statusCode()).isEqualTo(403);
    String reads = token(null, List.of(), List.of(new ChannelPattern("graph.city.>")));
    assertThat(as(reads, "GET", "/city", "").statusCode()).isEqualTo(200);
    assertThat(as(reads, "GET", "/default", "").statusCode()).isEqualTo(403);
    assertThat(as(reads, "PATCH", "/city", "{}").statusCode()).isEqualTo(403);
    assertThat(JSON.readTree(as(reads, "GET", "", "").body()).get("graphs")).hasSize(1);
    String moves = token(null, List.of(new ChannelPattern("graph.city")), List.of());
    assertThat(as(moves, "PATCH", "/city", "{}").statusCode()).isEqualTo(200);
    assertThat(as(moves, "GET", "/city", "").statusCode()).isEqualTo(403);
  }
}
