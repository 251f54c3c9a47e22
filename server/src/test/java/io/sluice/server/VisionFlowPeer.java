package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sluice.model.Limits;
import io.sluice.model.NodeBatch;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.FrameReader;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.NodeReader;
import io.sluice.protocol.visionflow.VisionFlowFrame;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody at {@code /ws/positions} or {@code /ws/voice}. Owned by its test. */
final class VisionFlowPeer implements WebSocket.Listener {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long PATIENCE_SECONDS = 10;

  /** What came: an object or bytes. */
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
  private volatile boolean stopped;
  private final NodeForm form;
  private final WebSocket socket;

  VisionFlowPeer(HttpClient http, URI at, NodeForm form) {
    this.form = form;
    WebSocket.Builder builder = http.newWebSocketBuilder();
    String name = form.subprotocol();
    this.socket = (name == null ? builder : builder.subprotocols(name)).buildAsync(at, this).join();
    assertThat(socket.getSubprotocol()).isEqualTo(name == null ? "" : name);
  }

  void say(String json) {
    socket.sendText(json, true).join();
  }

  void send(byte[] message) {
    socket.sendBinary(ByteBuffer.wrap(message), true).join();
  }

  /** The next message, which is text. */
  JsonNode first() {
    return (JsonNode) next();
  }

  /** The next message of this type, whatever comes before it. */
  JsonNode next(String type) {
    for (Object one = next(); ; one = next()) {
      if (one instanceof JsonNode message && message.get("type").asString().equals(type)) {
        return message;
      }
    }
  }

  /** The code of the next error, in the words of its form. */
  String error() {
    for (Object one = next(); ; one = next()) {
      if (one instanceof JsonNode message && message.get("type").asString().equals("error")) {
        return message.get("code").asString();
      }
      if (one instanceof byte[] frame
          && form == NodeForm.FRAMED
          && read(frame, new NodeBatch(1_000)) instanceof VisionFlowFrame.Failed failed) {
        return JSON.readTree(failed.json().bytes()).get("code").asString();
      }
    }
  }

  /** The next nodes. */
  NodeBatch nodes() {
    for (Object one = next(); ; one = next()) {
      if (one instanceof byte[] message) {
        NodeBatch nodes = new NodeBatch(100_000);
        if (form != NodeForm.FRAMED || read(message, nodes) instanceof VisionFlowFrame.NodeUpdate) {
          return form == NodeForm.FRAMED ? nodes : plain(message, nodes);
        }
      }
    }
  }

  private NodeBatch plain(byte[] message, NodeBatch into) {
    NodeReader reader = new NodeReader(VisionFlowLimits.DEFAULTS);
    try {
      if (form == NodeForm.RAW) {
        reader.raw(message, 0, message.length, into);
      } else {
        reader.v2(message, 0, message.length, into);
      }
    } catch (VisionFlowRefused e) {
      throw new AssertionError(e);
    }
    return into;
  }

  private static VisionFlowFrame read(byte[] message, NodeBatch into) {
    FrameReader reader =
        new FrameReader(VisionFlowLimits.DEFAULTS, Limits.defaults(1L << 30).json());
    try {
      return reader.read(Unpooled.wrappedBuffer(message), into);
    } catch (VisionFlowRefused e) {
      throw new AssertionError(e);
    }
  }

  /** The next binary message. */
  byte[] binary() {
    for (Object one = next(); ; one = next()) {
      if (one instanceof byte[] message) {
        return message;
      }
    }
  }

  /** Whether something binary has come that nobody has asked for yet. */
  boolean hasBinary() {
    return heard.stream().anyMatch(byte[].class::isInstance);
  }

  /** It reads no more than what is on its way into it. */
  void stop() {
    stopped = true;
  }

  /** It reads on. */
  void goOn() {
    stopped = false;
    socket.request(1);
  }

  private void ask(WebSocket from) {
    if (!stopped) {
      from.request(1);
    }
  }

  private Object next() {
    try {
      Object one = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(one).as("something came").isNotNull();
      return one;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** It lives, and all that was said before has been heard. */
  void roundTrip() {
    String mark = "\"" + System.nanoTime() + "\"";
    say("{\"type\":\"ping\",\"timestamp\":" + mark + "}");
    assertThat(next("pong").get("timestamp").toString()).isEqualTo(mark);
  }

  int closeCode() throws Exception {
    return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void leave() {
    socket.sendClose(1000, "").join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      heard.add(JSON.readTree(text.toString().getBytes(StandardCharsets.UTF_8)));
      text.setLength(0);
    }
    ask(from);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] piece = new byte[data.remaining()];
    data.get(piece);
    bytes.writeBytes(piece);
    if (last) {
      heard.add(bytes.toByteArray());
      bytes.reset();
    }
    ask(from);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(1006);
  }
}
