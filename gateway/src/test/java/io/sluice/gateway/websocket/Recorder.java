package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a decoder delivers, one line for each call. */
final class Recorder implements FrameSink {
  final List<String> calls = new ArrayList<>();

  /** What a test does to the decoder in the middle of a delivery. */
  Runnable afterEach = () -> {};

  @Override
  public void text(ByteBuf message) {
    note("text " + message.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void binary(ByteBuf message) {
    note("binary " + ByteBufUtil.hexDump(message));
  }

  @Override
  public void ping(ByteBuf payload) {
    note("ping " + payload.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void pong(ByteBuf payload) {
    note("pong " + payload.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close(int code, String reason) {
    note("close " + code + " " + reason);
  }

  @Override
  public void broken(Violation violation) {
    note("broken " + violation.reason());
  }

  private void note(String call) {
    calls.add(call);
    afterEach.run();
  }
}
