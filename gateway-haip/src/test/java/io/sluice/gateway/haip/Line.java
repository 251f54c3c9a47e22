package io.sluice.gateway.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.core.Lane;
import io.sluice.gateway.Connection;
import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A person's line: what it says and hears. Owned by its house. */
final class Line implements Connection {
  final List<String> heard = new ArrayList<>();
  final Queue<Consumer<Moment>> posted = new ArrayDeque<>();
  @Nullable CloseReason closed;
  @Nullable String farewell;
  boolean reads = true;
  @Nullable HaipDialog dialog;
  private final House house;
  private final int slot;
  private long seq;

  Line(House house, int slot) {
    this.house = house;
    this.slot = slot;
  }

  HaipDialog dialog() {
    return Objects.requireNonNull(dialog);
  }

  // What it says

  /** HAI, in the official grammar. */
  void hai(String session, String more) {
    say(
        session,
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":[\"HAI\",\"ERROR\",\"FLOW_UPDATE\","
            + "\"REPLAY_REQUEST\",\"MESSAGE_START\"],\"capabilities\":{\"flow_control\":"
            + "{\"initial_credit_messages\":9,\"initial_credit_bytes\":9999}}"
            + more
            + "}");
  }

  void hai(String session) {
    hai(session, "");
  }

  void say(String session, String channel, String type, String payload) {
    raw(envelope(session, channel, type, payload));
  }

  String envelope(String session, String channel, String type, String payload) {
    return "{\"id\":\"%s\",\"session\":\"%s\",\"seq\":\"%d\",\"ts\":\"1\",\"channel\":\"%s\",\"type\":\"%s\",\"payload\":%s}"
        .formatted(UUID.randomUUID(), session, ++seq, channel, type, payload);
  }

  /** As a worker hands it on: a bug ends the line. */
  void raw(String text) {
    attempt(() -> dialog().text(Unpooled.copiedBuffer(text, UTF_8), house.now()));
  }

  private void attempt(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException bug) {
      close(CloseReason.INTERNAL);
    }
  }

  boolean runPosted() {
    boolean any = false;
    for (Consumer<Moment> task = posted.poll(); task != null; task = posted.poll()) {
      Consumer<Moment> now = task;
      attempt(() -> now.accept(house.now()));
      any = true;
    }
    return any;
  }

  /** The types of what it has heard. */
  List<String> types() {
    return heard.stream().map(Line::type).toList();
  }

  private static String type(String frame) {
    int from = frame.indexOf("\"type\":\"") + "\"type\":\"".length();
    return frame.substring(from, frame.indexOf('"', from));
  }

  // Connection

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public Lane lane() {
    return house.lane;
  }

  @Override
  public boolean deflates() {
    return false;
  }

  @Override
  public void send(boolean binary, ByteBuf message) {
    heard.add(message.toString(UTF_8));
  }

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public void ping() {}

  @Override
  public void stopReading() {
    reads = false;
  }

  @Override
  public void readOn() {
    reads = true;
  }

  @Override
  public void callAt(long nanos) {}

  @Override
  public void post(Consumer<Moment> action) {
    posted.add(action);
  }

  @Override
  public void close(CloseReason reason, String text) {
    if (closed == null) {
      closed = reason;
      farewell = text;
      // Later, as a socket's end comes.
      posted.add(
          now -> {
            dialog().closed(reason);
            house.gone(this);
          });
    }
  }
}
