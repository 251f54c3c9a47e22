package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.log.Hold;
import io.sluice.core.log.Log;
import io.sluice.model.HaipLimits;
import java.io.IOError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents and tools that do everything wrong: the person is told, and nobody else notices. */
@Timeout(60)
class HostileAgentTest {
  private static final String OTHER = "5e551011-0000-4000-8000-000000000002";

  /** What may come out of somebody's code. */
  static Stream<Throwable> everything() {
    return Stream.of(
        new IllegalStateException("secret"),
        new IOException("secret"),
        new InterruptedException("secret"),
        new CancellationException("secret"),
        new SessionClosedException(),
        new NoClassDefFoundError("secret"),
        new StackOverflowError("secret"),
        new AssertionError("secret"));
  }

  /** Throws the same from wherever it is called. */
  private static final class Throwing implements Agent {
    private final Throwable what;
    private final List<String> called = new ArrayList<>();

    Throwing(Throwable what) {
      this.what = what;
    }

    private void fail(String where) throws Exception {
      called.add(where);
      if (what instanceof Exception exception) {
        throw exception;
      }
      throw (Error) what;
    }

    @Override
    public void opened(AgentSession session) throws Exception {
      fail("opened");
    }

    @Override
    public void message(AgentSession session, Message message) throws Exception {
      fail("message");
    }

    @Override
    public void heard(AgentSession session, Piece piece) throws Exception {
      if (!(piece instanceof Piece.Start)) {
        fail("heard");
      }
    }

    @Override
    public void audio(AgentSession session, AudioChunk chunk) throws Exception {
      fail("audio");
    }

    @Override
    public void toolCall(AgentSession session, ToolCall call) throws Exception {
      fail("toolCall");
    }

    @Override
    public void cancelled(AgentSession session, Run run) throws Exception {
      fail("cancelled");
    }

    @Override
    public void closed(AgentSession session) throws Exception {
      fail("closed");
    }
  }

  @ParameterizedTest
  @MethodSource("everything")
  void anAgentThatThrowsInEveryMethodIsCalledInEveryMethod(Throwable what) {
    Throwing agent = new Throwing(what);
    Rig rig = new Rig(agent).open();
    rig.says("MESSAGE_START", "{'message_id':'m','text':'x'}");
    rig.says("MESSAGE_PART", "{'message_id':'m','text':'y'}");
    rig.says("AUDIO_CHUNK", "{'message_id':'m','mime':'audio/opus','data':'AAAA'}");
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'none'}");
    rig.says("RUN_STARTED", "{'run_id':'r'}");
    rig.says("RUN_CANCEL", "{'run_id':'r'}");
    rig.host.closed(Rig.SESSION);
    rig.run();
    assertThat(agent.called)
        .containsExactly("opened", "message", "heard", "audio", "toolCall", "cancelled", "closed");
    assertThat(rig.handled)
        .containsExactly("USER 1", "USER 2", "USER 3", "USER 4", "USER 5", "USER 6");
    assertThat(rig.answers("SYSTEM").toString() + rig.answers()).doesNotContain("secret");
    assertThat(rig.host.sessions()).isZero();
  }

  /** One that nobody catches ends its thread, and what it was about is handled all the same. */
  @Test
  void whatNobodyCatchesCostsThePersonNoCredit() {
    Agent broken =
        new Agent() {
          @Override
          public void message(AgentSession session, Message message) {
            throw new IOError(null);
          }
        };
    Rig rig = new Rig(broken).open();
    rig.publish(Rig.SESSION, "USER", "MESSAGE_START", "{\"message_id\":\"m\",\"text\":\"x\"}", "");
    assertThatThrownBy(rig::run).isInstanceOf(IOError.class);
    rig.run();
    assertThat(rig.handled).containsExactly("USER 1");
  }

  /** Bugs in the beginning: nobody hears the session, and it goes on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "{\"type\":7}",
        "{\"$ref\":\"file:///etc/passwd\"}",
        "{\"$ref\":\"classpath:/secret.json\"}",
        "{\"$schema\":\"http://127.0.0.1:1/schema\"}",
        "DEEP",
        "WIDE",
      })
  void aHostileSchemaIsFoundBeforeAnybodyCallsItOrWhenItIs(String schema) {
    String text =
        switch (schema) {
          case "DEEP" -> "{\"not\":".repeat(100_000) + "{}" + "}".repeat(100_000);
          case "WIDE" -> "{\"enum\":[" + "1,".repeat(200_000) + "2]}";
          default -> schema;
        };
    Tool tool = Tool.of("tool", "Has a strange schema.", text, (params, call) -> params);
    Rig rig =
        new Rig(
            (session, who) ->
                new Agent() {
                  private final Tools tools = Tools.of(tool);

                  @Override
                  public Tools tools() {
                    return tools;
                  }
                });
    if (!rig.host.opened(Rig.SESSION, Rig.ADA)) {
      assertThat(rig.mishaps).hasSize(1);
      return;
    }
    rig.run();
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'tool','params':{'a':1}}");
    assertThat(rig.answers("SYSTEM").toString()).doesNotContain("root:");
    assertThat(rig.handled).containsExactly("USER 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "#/$defs/a", "#/properties/x"})
  void aSchemaThatRunsInACircleFailsItsCallAndNoOther(String ref) {
    String schema =
        "{\"$ref\":\"%s\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}},\"properties\":{\"x\":{\"$ref\":\"#/properties/x\"}}}"
            .formatted(ref);
    Tool round = Tool.of("round", "Never comes to an end.", schema, (params, call) -> params);
    Rig rig = new Rig(agent(round, BuiltInTools.ADD)).open();
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'round','params':{'x':{'x':1}}}");
    assertThat(rig.handled).containsExactly("USER 1");
    rig.says("TOOL_CALL", "{'call_id':'d','tool':'add','params':{'a':1,'b':2}}");
    assertThat(rig.answers())
        .endsWith("TOOL_DONE {'call_id':'d','status':'OK','result':{'result':3}}");
  }

  private static Agent agent(Tool... tools) {
    Tools all = Tools.of(tools);
    return new Agent() {
      @Override
      public Tools tools() {
        return all;
      }
    };
  }

  @Test
  void noSchemaIsEverFetched() throws Exception {
    try (ServerSocket trap = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      trap.setSoTimeout(1);
      String base = "http://127.0.0.1:" + trap.getLocalPort() + "/";
      for (String schema :
          List.of(
              "{\"$ref\":\"%sa\"}",
              "{\"$id\":\"%sa\",\"$ref\":\"b\"}",
              "{\"$schema\":\"%sa\",\"type\":\"object\"}",
              "{\"$dynamicRef\":\"%sa#x\"}",
              "{\"allOf\":[{\"$ref\":\"%sa#/x\"}]}")) {
        Rig rig =
            new Rig(
                (session, who) ->
                    agent(Tool.of("far", "Is elsewhere.", schema.formatted(base), (p, c) -> p)));
        if (rig.host.opened(Rig.SESSION, Rig.ADA)) {
          rig.run();
          rig.says("TOOL_CALL", "{'call_id':'c','tool':'far','params':{}}");
          assertThat(rig.handled).containsExactly("USER 1");
        }
        assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  /** One more makes a thousand million digits of a few characters. */
  @ParameterizedTest
  @ValueSource(strings = {"1e-401", "1e400", "-1e-1000000000", "[[{\"deep\":1e1000000000}]]"})
  void aNumberBeyondReckoningIsRefusedBeforeAnybodyReckons(String number) {
    Tool whole =
        Tool.of(
            "whole",
            "Takes whole numbers.",
            "{\"properties\":{\"a\":{\"multipleOf\":0.5}}}",
            (params, call) -> params);
    Rig rig = new Rig(agent(BuiltInTools.ADD, whole)).open();
    for (String tool : List.of("add", "whole")) {
      rig.says(
          "TOOL_CALL",
          "{'call_id':'%s','tool':'%s','params':{'a':%s,'b':1}}".formatted(tool, tool, number));
      assertThat(rig.answers().getFirst()).contains("ERROR", "INVALID_PAYLOAD");
    }
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'add','params':{'a':1e-400,'b':1}}");
    assertThat(rig.answers().getFirst()).contains("OK");
  }

  @Test
  void anAgentThatNeverReturnsKeepsOnlyItsOwnPersonWaiting() throws Exception {
    CountDownLatch forEver = new CountDownLatch(1);
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Agent deaf =
        new Agent() {
          @Override
          public Tools tools() {
            return Tools.of(BuiltInTools.ADD);
          }

          @Override
          public void message(AgentSession session, Message message) {
            heard.add(session.id());
            while (session.id().equals(Rig.SESSION) && forEver.getCount() > 0) {
              // It does not care whether it is interrupted.
              LockSupport.park();
              boolean _ = Thread.interrupted();
            }
          }
        };
    Rig rig = new Rig((session, who) -> deaf, HaipLimits.DEFAULTS, Rig.virtual());
    LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();
    rig.onHandled = handled::add;
    rig.host.opened(Rig.SESSION, Rig.ADA);
    rig.host.opened(OTHER, Rig.ADA);
    String message = "{\"message_id\":\"m\",\"text\":\"x\"}";
    rig.publish(Rig.SESSION, "USER", "MESSAGE_START", message, "");
    assertThat(Rig.take(heard)).isEqualTo(Rig.SESSION);
    rig.publish(OTHER, "USER", "MESSAGE_START", message, "");
    assertThat(Rig.take(heard)).isEqualTo(OTHER);
    assertThat(Rig.take(handled)).isEqualTo("USER 1");
    rig.host.closed(Rig.SESSION);
    rig.publish(OTHER, "USER", "MESSAGE_START", message, "");
    assertThat(Rig.take(heard)).isEqualTo(OTHER);
    assertThat(rig.host.sessions()).isOne();
    forEver.countDown();
  }

  /** It says that something is wrong, and says it again, to somebody who does not read. */
  @Test
  void anAgentThatFloodsWithErrorsIsHeardUntilItIsTooMuch() {
    Agent flood =
        new Agent() {
          @Override
          public void message(AgentSession session, Message message) {
            for (int i = 0; i < 100_000; i++) {
              session.error(AgentCode.BUSY, "no");
            }
          }
        };
    Rig rig = new Rig(flood).open();
    rig.says("SYSTEM", "INFO", "{}", "");
    Log log = rig.log(Rig.channel("SYSTEM"));
    Hold.Stake reader = log.hold().stake();
    assertThat(reader.take(1)).isTrue();
    rig.says("MESSAGE_START", "{'message_id':'m','text':'x'}");
    assertThat(log.head()).isLessThan(100);
    reader.give(Long.MAX_VALUE, 0, rig.time.now());
    assertThat(rig.answers("SYSTEM")).hasSizeBetween(256, 300);
  }

  @Test
  void whoWritesBehindTheEndIsToldSo() throws Exception {
    List<AgentStream> streams = new ArrayList<>();
    List<AgentSession> sessions = new ArrayList<>();
    Agent writes =
        new Agent() {
          @Override
          public void message(AgentSession session, Message message) throws Exception {
            AgentStream stream = session.stream();
            stream.write("x");
            streams.add(stream);
            sessions.add(session);
          }
        };
    Rig rig = new Rig(writes).open();
    rig.says("MESSAGE_START", "{'message_id':'m','text':'x'}");
    AgentStream stream = streams.getFirst();
    AgentSession session = sessions.getFirst();
    stream.end();
    stream.end();
    assertThatThrownBy(() -> stream.write("y")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(stream::begin).isInstanceOf(IllegalStateException.class);
    rig.answers();
    rig.host.closed(Rig.SESSION);
    rig.run();
    assertThatThrownBy(() -> session.say("z")).isInstanceOf(SessionClosedException.class);
    assertThatThrownBy(() -> session.startRun(null)).isInstanceOf(SessionClosedException.class);
    assertThatThrownBy(() -> session.stream("own").write("z"))
        .isInstanceOf(SessionClosedException.class);
    session.error(AgentCode.BUSY, "nobody hears it");
    assertThat(rig.answers()).isEmpty();
  }

  @Test
  void aToolThatGoesOnWhenItsCallIsCancelledIsHeardNoMore() {
    List<ToolCall> calls = new ArrayList<>();
    Tool stubborn =
        Tool.of(
            "stubborn",
            "Cancels itself, and goes on.",
            "{}",
            (params, call) -> {
              calls.add(call);
              call.cancel();
              call.update(10, params);
              call.done(params);
              call.fail(AgentCode.BUSY, "no");
              throw new IllegalStateException("secret");
            });
    Rig rig = new Rig(agent(stubborn)).open();
    for (int i = 0; i < HaipLimits.DEFAULTS.talk().calls() + 5; i++) {
      rig.says("TOOL_CALL", "{'call_id':'c%d','tool':'stubborn','params':{}}".formatted(i));
      assertThat(rig.answers())
          .containsExactly(
              "TOOL_UPDATE {'call_id':'c%d','status':'CANCELLING'}".formatted(i),
              "TOOL_DONE {'call_id':'c%d','status':'CANCELLED'}".formatted(i));
    }
    assertThat(calls).allMatch(ToolCall::isOver);
    assertThat(rig.mishaps).isEmpty();
  }
}
