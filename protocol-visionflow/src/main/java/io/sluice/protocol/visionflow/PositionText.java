package io.sluice.protocol.visionflow;

import io.netty.buffer.ByteBuf;
import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonScanner;
import io.sluice.protocol.json.JsonString;
import io.sluice.protocol.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: one event loop, or one client. The JSON of the position socket, read and written; one line
 * per type. Members it does not know are passed over. That text is UTF-8 the socket has judged.
 */
public final class PositionText {
  private static final String SUBSCRIPTION = "position_updates";

  private final JsonScanner scanner;
  private final JsonWriter out = new JsonWriter();

  /** Tools that hold peers to these limits. */
  public PositionText(Limits.Json limits) {
    scanner = new JsonScanner(limits);
  }

  /** Reads what a client says. */
  public PositionCommand command(ByteBuf text) throws VisionFlowRefused {
    byte[] bytes = new byte[text.readableBytes()];
    text.getBytes(text.readerIndex(), bytes);
    return command(bytes, 0, bytes.length);
  }

  /** Reads what a client says. */
  public PositionCommand command(byte[] bytes, int from, int to) throws VisionFlowRefused {
    TextMembers message = members(bytes, from, to);
    String type = message.text("type");
    return switch (type) {
      case "subscribe_position_updates" -> subscribe(message);
      case "request_full_snapshot" -> new PositionCommand.Snapshot(graphs(message));
      case "ping" -> new PositionCommand.Ping(stamp(message));
      case "pong" -> new PositionCommand.Pong(pong(message));
      default -> throw unknown();
    };
  }

  /** Reads what a server says. */
  public PositionEvent event(byte[] bytes, int from, int to) throws VisionFlowRefused {
    TextMembers message = members(bytes, from, to);
    return switch (message.text("type")) {
      case "state_sync" -> stateSync(message.object("data"));
      case "connection_established" ->
          new PositionEvent.ConnectionEstablished(
              message.whole("timestamp"),
              message.flag("is_reconnection"),
              message.flag("state_sync_sent"));
      case "subscription_confirmed" -> confirmed(message);
      case "ping" -> new PositionEvent.Ping(message.whole("timestamp"));
      case "pong" -> new PositionEvent.Pong(stamp(message));
      case "rate_limit_warning" ->
          new PositionEvent.RateLimitWarning(message.text("message"), message.count("retry_after"));
      case "error" ->
          new PositionEvent.Failed(
              message.text("code"),
              message.text("message"),
              message.flag("recoverable"),
              message.verbatim("details"));
      case "graph_update" -> GraphText.read(message);
      default -> throw unknown();
    };
  }

  /** The members of a message, judged. */
  TextMembers members(byte[] bytes, int from, int to) throws VisionFlowRefused {
    int first = from;
    while (first < to && bytes[first] <= ' ' && bytes[first] >= 0) {
      first++;
    }
    if (!scanner.isValue(bytes, from, to) || bytes[first] != '{') {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_JSON,
          "The message is not one JSON object, or breaks a limit on it.");
    }
    return new TextMembers(bytes, first, "");
  }

  private static VisionFlowRefused unknown() {
    return new VisionFlowRefused(
        VisionFlowCode.UNKNOWN_TYPE, "There is no message of this type here.");
  }

  private static PositionCommand subscribe(TextMembers message) throws VisionFlowRefused {
    TextMembers data = message.objectIfAny("data");
    if (data == null) {
      return new PositionCommand.Subscribe(PositionCommand.Subscribe.DEFAULT_INTERVAL, true);
    }
    int interval =
        data.atLeast(
            "interval",
            PositionCommand.Subscribe.MAX_INTERVAL,
            PositionCommand.Subscribe.DEFAULT_INTERVAL);
    return new PositionCommand.Subscribe(interval, data.flag("binary", true));
  }

  private static List<String> graphs(TextMembers message) throws VisionFlowRefused {
    List<String> graphs = new ArrayList<>();
    JsonCursor cursor = message.array("graphs");
    while (cursor != null && cursor.next()) {
      if (cursor.kind() != '"' || graphs.size() == PositionCommand.Snapshot.MAX_GRAPHS) {
        throw message.wrong("graphs", "at most 16 strings, please.");
      }
      String name =
          JsonString.decode(message.bytes(), cursor.valueFrom() + 1, cursor.valueTo() - 1);
      if (name.length() > PositionCommand.Snapshot.MAX_NAME) {
        throw message.wrong("graphs", "at most 128 characters each, please.");
      }
      graphs.add(name);
    }
    return List.copyOf(graphs);
  }

  private static @Nullable String stamp(TextMembers message) throws VisionFlowRefused {
    return message.stamp("timestamp", PositionCommand.Ping.MAX_TIMESTAMP);
  }

  private static long pong(TextMembers message) throws VisionFlowRefused {
    return message.has("timestamp") ? message.whole("timestamp") : PositionCommand.Pong.NOT_SAID;
  }

  private static PositionEvent stateSync(TextMembers data) throws VisionFlowRefused {
    TextMembers graph = data.object("graph");
    return new PositionEvent.StateSync(
        graph.count("nodes_count"),
        graph.count("edges_count"),
        graph.count("metadata_count"),
        data.object("settings").whole("version"),
        data.whole("timestamp"));
  }

  private static PositionEvent confirmed(TextMembers message) throws VisionFlowRefused {
    TextMembers limit = message.object("rate_limit");
    return new PositionEvent.SubscriptionConfirmed(
        message.count("interval"),
        message.flag("binary"),
        message.whole("timestamp"),
        limit.count("requests_per_minute"),
        limit.count("min_interval_ms"));
  }

  /** Writes what a client says. */
  public byte[] write(PositionCommand command) {
    switch (command) {
      case PositionCommand.Subscribe(int interval, boolean binary) ->
          type("subscribe_position_updates")
              .raw(",\"data\":{\"interval\":")
              .number(interval)
              .raw(",\"binary\":")
              .raw(binary ? "true}" : "false}");
      case PositionCommand.Snapshot(List<String> graphs) -> snapshot(graphs);
      case PositionCommand.Ping(String timestamp) -> stamped("ping", timestamp);
      case PositionCommand.Pong(long timestamp) ->
          stamped("pong", timestamp < 0 ? null : Long.toString(timestamp));
    }
    return out.raw('}').take();
  }

  private void snapshot(List<String> graphs) {
    type("request_full_snapshot");
    String comma = ",\"graphs\":[";
    for (String graph : graphs) {
      out.raw(comma).string(graph);
      comma = ",";
    }
    if (!graphs.isEmpty()) {
      out.raw(']');
    }
  }

  /** Writes what a server says. */
  public byte[] write(PositionEvent event) {
    switch (event) {
      case PositionEvent.StateSync sync -> stateSync(sync);
      case PositionEvent.ConnectionEstablished established -> established(established);
      case PositionEvent.SubscriptionConfirmed confirmed -> confirmed(confirmed);
      case PositionEvent.Ping(long millis) -> stamped("ping", Long.toString(millis));
      case PositionEvent.Pong(String timestamp) -> stamped("pong", timestamp);
      case PositionEvent.RateLimitWarning(String message, int seconds) ->
          type("rate_limit_warning")
              .raw(",\"message\":")
              .string(message)
              .raw(",\"retry_after\":")
              .number(seconds);
      case PositionEvent.Failed failed -> failed(failed);
      case PositionEvent.GraphUpdate update -> GraphText.write(update, type("graph_update"));
    }
    return out.raw('}').take();
  }

  private JsonWriter type(String type) {
    return out.raw("{\"type\":\"").raw(type).raw('"');
  }

  private void stamped(String type, @Nullable String timestamp) {
    type(type);
    if (timestamp != null) {
      out.raw(",\"timestamp\":").verbatim(timestamp);
    }
  }

  private void stateSync(PositionEvent.StateSync sync) {
    type("state_sync").raw(",\"data\":{\"graph\":{\"nodes_count\":").number(sync.nodes());
    out.raw(",\"edges_count\":").number(sync.edges());
    out.raw(",\"metadata_count\":").number(sync.metadata());
    out.raw("},\"settings\":{\"version\":").number(sync.settingsVersion());
    out.raw("},\"timestamp\":").number(sync.epochSeconds()).raw('}');
  }

  private void established(PositionEvent.ConnectionEstablished event) {
    type("connection_established").raw(",\"timestamp\":").number(event.epochMillis());
    out.raw(",\"is_reconnection\":").raw(event.reconnection() ? "true" : "false");
    out.raw(",\"state_sync_sent\":").raw(event.stateSyncSent() ? "true" : "false");
  }

  private void confirmed(PositionEvent.SubscriptionConfirmed event) {
    type("subscription_confirmed").raw(",\"subscription\":\"" + SUBSCRIPTION + "\"");
    out.raw(",\"interval\":").number(event.intervalMillis());
    out.raw(",\"binary\":").raw(event.binary() ? "true" : "false");
    out.raw(",\"timestamp\":").number(event.epochMillis());
    out.raw(",\"rate_limit\":{\"requests_per_minute\":").number(event.requestsPerMinute());
    out.raw(",\"min_interval_ms\":").number(event.minIntervalMillis()).raw('}');
  }

  private void failed(PositionEvent.Failed failed) {
    type("error").raw(",\"code\":").string(failed.code());
    out.raw(",\"message\":").string(failed.message());
    out.raw(",\"recoverable\":").raw(failed.recoverable() ? "true" : "false");
    if (failed.details() != null) {
      out.raw(",\"details\":").verbatim(failed.details());
    }
  }
}
