package io.sluice.client.haip;

import io.sluice.client.Json;
import io.sluice.protocol.haip.HaipEvent;
import java.util.Map;

/** A run that this end has started. Any thread. */
public final class HaipRun {
  private final HaipClient client;
  private final String channel;
  private final String id;

  HaipRun(HaipClient client, String channel, String id) {
    this.client = client;
    this.channel = channel;
    this.id = id;
  }

  /** Its UUID. */
  public String id() {
    return id;
  }

  /** Sends a text within it. */
  public HaipSend send(String text) {
    return client.text(channel, id).whole(text);
  }

  /** Begins a message in parts within it. */
  public HaipText begin() {
    return client.begin(channel, id);
  }

  /**
   * Finishes it.
   *
   * @param status {@code OK}, {@code CANCELLED} or {@code ERROR}
   */
  public HaipSend finish(String status) {
    return say(HaipEvent.RUN_FINISHED, Map.of("run_id", id, "status", status));
  }

  /**
   * Asks the other end to give it up; neither credit nor a pause holds that up. A run whose
   * beginning still waits is taken back with all that is said in it, and nothing is sent.
   */
  public HaipSend cancel() {
    return say(HaipEvent.RUN_CANCEL, Map.of("run_id", id));
  }

  HaipSend start() {
    return say(HaipEvent.RUN_STARTED, Map.of("run_id", id));
  }

  private HaipSend say(HaipEvent type, Map<String, String> payload) {
    return client.send(new HaipDraft(channel, type, Json.of(payload)).withRun(id));
  }
}
