package io.sluice.bench;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the load's event loop. One line of {@link HaipLoad}: it says when what it says was due,
 * and hears it again. HAIP in the official grammar, with so much credit that it grants nothing.
 */
final class HaipLoadLine extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final String EVENTS =
      "[\"HAI\",\"PING\",\"PONG\",\"ERROR\",\"FLOW_UPDATE\",\"PAUSE_CHANNEL\",\"RESUME_CHANNEL\","
          + "\"REPLAY_REQUEST\",\"MESSAGE_START\",\"MESSAGE_PART\",\"MESSAGE_END\"]";

  /** Makes a message what the other benchmarks send: 250 bytes of data. */
  private static final String PADDING = "x".repeat(180);

  /** No message is longer. */
  private static final int MOST_BYTES = 1_024;

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

  /** What the server's HAI announces, and what of it is left. */
  private long messages = 32;

  private long bytes = 256 << 10;
  private boolean paused;
  private final Queue<Long> waiting = new ArrayDeque<>(1);

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

  private int haip(String channel, String type, String payload) {
    String message =
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
            payload);
    say(message);
    return message.length();
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
    if (options.haip()) {
      waiting.add(due);
      drain();
    } else {
      say(
          "{\"action\":\"publish\",\"id\":%d,\"channel\":\"bench.%d\",\"payload\":{\"text\":\"%s\"}}"
              .formatted(asked, index, text(due)));
    }
  }

  private static String text(long due) {
    return DUE + due + ";" + PADDING;
  }

  /** Says what there is credit for; what waits was due when it was due. */
  private void drain() {
    while (!waiting.isEmpty() && messages > 0 && bytes > MOST_BYTES && !paused) {
      String payload = "{\"message_id\":\"m\",\"text\":\"" + text(waiting.remove()) + "\"}";
      bytes -= haip("USER", "MESSAGE_START", payload);
      messages--;
    }
  }

  private void control(String said) {
    if (said.contains("\"channel\":\"USER\"")) {
      messages += number(said, "\"add_messages\":");
      bytes += number(said, "\"add_bytes\":");
      paused |= said.contains("\"type\":\"PAUSE_CHANNEL\"");
      paused &= !said.contains("\"type\":\"RESUME_CHANNEL\"");
      drain();
      flush();
    }
  }

  /** The number behind a name; 0 if there is none. */
  private static long number(String said, String name) {
    int from = said.indexOf(name);
    if (from < 0) {
      return 0;
    }
    int to = from + name.length();
    while (Character.isDigit(said.charAt(to))) {
      to++;
    }
    return Long.parseLong(said.substring(from + name.length(), to));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (!(frame instanceof TextWebSocketFrame text)) {
      return;
    }
    String said = text.text();
    if (options.haip()) {
      order(said);
      control(said);
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
    long number = number(said, "\"seq\":\"");
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
