package io.sluice.bench;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the load's event loop. One line of {@link HaipLoad}: it says when what it says was due, and
 * hears it again. HAIP in the official grammar, with so much credit that it grants nothing.
 */
final class HaipLoadLine extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final String EVENTS =
      "[\"HAI\",\"PING\",\"PONG\",\"ERROR\",\"FLOW_UPDATE\",\"PAUSE_CHANNEL\",\"RESUME_CHANNEL\","
          + "\"REPLAY_REQUEST\",\"MESSAGE_START\",\"MESSAGE_PART\",\"MESSAGE_END\"]";

  /** Makes a message what the other benchmarks send: 250 bytes of data. */
  private static final String PADDING = "x".repeat(180);

  private static final String DUE = "due=";

  private final HaipLoad load;
  private final HaipLoad.Options options;
  private final int index;
  private final String id = UUID.randomUUID().toString();
  private @Nullable ChannelHandlerContext context;
  private boolean stands;
  private boolean wrote;
  private long seq;
  private long received;
  private long lastDue;
  private int asked;
  private int answers;

  HaipLoadLine(HaipLoad load, HaipLoad.Options options, int index) {
    this.load = load;
    this.options = options;
    this.index = index;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
      context = ctx;
      if (options.haip()) {
        haip(
            "SYSTEM",
            "HAI",
            "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":"
                + EVENTS
                + ",\"capabilities\":{\"binary_frames\":true,\"flow_control\":"
                + "{\"initial_credit_messages\":1000000000,"
                + "\"initial_credit_bytes\":2000000000}}}");
      } else if (options.echo()) {
        say("{\"action\":\"subscribe\",\"channel\":\"bench.%d\"}".formatted(index));
      }
      flush();
    }
  }

  private void haip(String channel, String type, String payload) {
    say(
        String.format(
            Locale.ROOT,
            "{\"id\":\"%s\",\"session\":\"%s\",\"seq\":\"%d\",\"ack\":\"%d\",\"ts\":\"%d\","
                + "\"channel\":\"%s\",\"type\":\"%s\",\"payload\":%s}",
            id,
            id,
            ++seq,
            received,
            System.currentTimeMillis(),
            channel,
            type,
            payload));
  }

  private void say(String text) {
    if (context != null) {
      context.write(new TextWebSocketFrame(text), context.voidPromise());
      wrote = true;
    }
  }

  /** Sends what was said. */
  void flush() {
    if (wrote && context != null) {
      context.flush();
      wrote = false;
    }
  }

  /** Says when this was due. */
  void speak(long due) {
    asked++;
    String text = DUE + due + ";" + PADDING;
    if (options.haip()) {
      haip("USER", "MESSAGE_START", "{\"message_id\":\"m\",\"text\":\"" + text + "\"}");
    } else {
      say(
          "{\"action\":\"publish\",\"channel\":\"bench.%d\",\"payload\":{\"text\":\"%s\"}}"
              .formatted(index, text));
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (!(frame instanceof TextWebSocketFrame text)) {
      return;
    }
    String said = text.text();
    if (options.haip()) {
      order(said);
    }
    if (said.contains("\"type\":\"ERROR\"") || said.contains("\"type\":\"error\"")) {
      load.fail("refused: " + said);
    }
    if (!stands && said.contains(first())) {
      stands = true;
      load.stands();
    }
    answer(said);
    if (said.contains("\"type\":\"PING\"")) {
      haip("SYSTEM", "PONG", "{}");
      flush();
    }
  }

  private String first() {
    if (options.haip()) {
      return "\"type\":\"HAI\"";
    }
    return options.echo() ? "\"type\":\"subscribed\"" : "\"type\":\"connected\"";
  }

  /** The server's numbers go up one by one: nothing is lost, and nothing comes twice. */
  private void order(String said) {
    String name = "\"seq\":\"";
    int from = said.indexOf(name) + name.length();
    long number = Long.parseLong(said.substring(from, said.indexOf('"', from)));
    if (number != received + 1) {
      load.fail("after %d came %d".formatted(received, number));
    }
    received = number;
  }

  private void answer(String said) {
    int from = said.indexOf(DUE);
    if (from >= 0 && (!options.haip() || said.contains("\"type\":\"MESSAGE_START\""))) {
      long due = Long.parseLong(said.substring(from + DUE.length(), said.indexOf(';', from)));
      if (due <= lastDue) {
        load.fail("an answer came twice, or out of order");
      }
      lastDue = due;
      answers++;
      load.answered(due);
    }
  }

  /** Whether something was never answered. */
  boolean lacks() {
    return answers < asked;
  }

  @Override
  public String toString() {
    return "%s: said %d, came back %d, the last of them due %d ms ago"
        .formatted(id, asked, answers, (System.nanoTime() - lastDue) / 1_000_000);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    load.fail("a line is gone");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable why) {
    load.fail("a line fails: " + why);
  }
}
