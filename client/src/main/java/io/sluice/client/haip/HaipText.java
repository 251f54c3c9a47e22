package io.sluice.client.haip;

import io.sluice.client.Json;
import io.sluice.protocol.haip.HaipEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that is written in parts. Any thread; parts go out in the order they are given.
 *
 * <p>Who writes faster than the other end reads waits for {@link HaipSend#sent} of a part before
 * the next, and is not told {@code queue_full}.
 */
public final class HaipText {
  private final HaipClient client;
  private final String channel;
  private final String id;
  private final @Nullable String runId;

  HaipText(HaipClient client, String channel, String id, @Nullable String runId) {
    this.client = client;
    this.channel = channel;
    this.id = id;
    this.runId = runId;
  }

  /** Its UUID. */
  public String id() {
    return id;
  }

  /** Adds to it. */
  public HaipSend part(String text) {
    return say(HaipEvent.MESSAGE_PART, Map.of("message_id", id, "text", text));
  }

  /** Ends it. */
  public HaipSend end() {
    return say(HaipEvent.MESSAGE_END, Map.of("message_id", id));
  }

  HaipSend start() {
    return say(HaipEvent.MESSAGE_START, Map.of("message_id", id));
  }

  /** All of it at once, and its end. */
  HaipSend whole(String text) {
    return client.send(
        draft(HaipEvent.MESSAGE_START, Map.of("message_id", id, "text", text)),
        draft(HaipEvent.MESSAGE_END, Map.of("message_id", id)));
  }

  private HaipSend say(HaipEvent type, Map<String, String> payload) {
    return client.send(draft(type, payload));
  }

  private HaipDraft draft(HaipEvent type, Map<String, String> payload) {
    return new HaipDraft(channel, type, Json.of(payload)).withRun(runId);
  }
}
