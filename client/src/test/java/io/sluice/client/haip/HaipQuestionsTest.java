package io.sluice.client.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.SluiceException;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client asks about tools, and how it ends what it says. */
class HaipQuestionsTest {
  private static final String USER = "USER";
  private static final String LIST =
      "{\"tools\":[{\"name\":\"add\",\"description\":\"Adds\"},{\"name\":\"now\"},7]}";

  private final HaipWorld world = new HaipWorld(HaipOptions.DEFAULTS, new Random(1));
  private int asked;

  @BeforeEach
  void connect() {
    CompletableFuture<HaipSession> connected = world.connect();
    world.pass(100);
    assertThat(connected).isCompleted();
  }

  private static String code(CompletableFuture<?> future) {
    try {
      future.getNow(null);
      assertThat(future).isDone();
      return "none";
    } catch (CompletionException e) {
      return ((SluiceException) e.getCause()).code();
    }
  }

  private static String id(int number) {
    return "00000000-0000-4000-9000-%012d".formatted(number);
  }

  private CompletableFuture<String> list() {
    return world.ask(id(++asked), HaipEvent.TOOL_LIST, "");
  }

  @Test
  void toolsThatAnAgentTellsOfAnswerWhoAskedForThem() {
    CompletableFuture<String> first = list();
    CompletableFuture<String> second = list();
    CompletableFuture<String> schema = world.ask(id(0), HaipEvent.TOOL_SCHEMA, "add");
    world.agentTells("AGENT", HaipEvent.TOOL_LIST, "{}");
    world.agentTells("AGENT", HaipEvent.TOOL_SCHEMA, "{\"tool\":\"now\",\"schema\":{}}");
    world.pass(10);
    assertThat(first).isNotDone();
    world.agentTells("AGENT", HaipEvent.TOOL_LIST, LIST);
    world.pass(10);
    assertThat(second.join()).isEqualTo(first.join()).isEqualTo(LIST);
    assertThat(HaipMessage.tools(LIST))
        .containsExactly(new HaipTool("add", "Adds"), new HaipTool("now", ""));
    assertThat(schema).isNotDone();
    world.agentTells("AGENT", HaipEvent.TOOL_SCHEMA, "{\"tool\":\"add\",\"schema\":{}}");
    world.pass(10);
    assertThat(schema).isCompleted();
    assertThat(world.told).hasSize(4);
  }

  @Test
  void errorAboutAQuestionAnswersItAndNobodyElse() {
    CompletableFuture<String> asked = world.ask(id(0), HaipEvent.TOOL_SCHEMA, "sub");
    CompletableFuture<String> other = list();
    world.pass(10);
    world.serverRefuses(new HaipFault(HaipCode.TOOL_NOT_FOUND, "no", id(0), null));
    world.serverRefuses(new HaipFault(HaipCode.RUN_NOT_FOUND, "no"));
    world.pass(10);
    assertThat(code(asked)).isEqualTo("tool_not_found");
    assertThat(other).isNotDone();
    assertThat(world.errors).containsExactly("run_not_found");
  }

  @Test
  void questionIsWaitedForAsLongAsAnyRequest() {
    CompletableFuture<String> asked = list();
    world.pass(29_000);
    assertThat(asked).isNotDone();
    world.pass(2_000);
    assertThat(code(asked)).isEqualTo("timeout");
  }

  @Test
  void questionsAreBoundedAndEndWithTheirSession() {
    int most = HaipOptions.DEFAULTS.client().inFlight();
    var all = IntStream.range(0, most).mapToObj(i -> list()).toList();
    assertThat(code(list())).isEqualTo("queue_full");
    world.forgets = true;
    world.cut();
    world.pass(5_000);
    assertThat(all).allMatch(it -> code(it).equals("lost"));
  }

  @Test
  void closedClientAnswersNothing() {
    CompletableFuture<String> asked = list();
    world.engine.close();
    assertThat(code(asked)).isEqualTo("closed");
  }

  @Test
  void textEndsAndIsSentWhenItsEndIs() {
    HaipSend send = world.whole(USER, "hello");
    assertThat(send.state()).isEqualTo(HaipSend.State.SENT);
    world.pass(10);
    assertThat(world.heard)
        .extracting(HaipMessage::type)
        .containsExactly(HaipEvent.MESSAGE_START, HaipEvent.MESSAGE_END);
    assertThat(world.heard.getFirst().messageId()).isEqualTo(world.heard.getLast().messageId());
  }

  @Test
  void textThatWasTakenHasRoomForItsEnd() {
    HaipWorld small = new HaipWorld(HaipOptions.DEFAULTS.withQueue(1, 1 << 20), new Random(1));
    HaipSend first = small.whole(USER, "first");
    HaipSend second = small.whole(USER, "second");
    assertThat(first.state()).isEqualTo(HaipSend.State.QUEUED);
    assertThat(code(second.told())).isEqualTo("queue_full");
    CompletableFuture<HaipSession> connected = small.connect();
    small.pass(100);
    assertThat(connected).isCompleted();
    assertThat(first.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(small.heard).hasSize(2);
  }
}
