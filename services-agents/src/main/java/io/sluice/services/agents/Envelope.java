package io.sluice.services.agents;

import io.sluice.model.Publication;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What lies in a session's channel: an envelope without the way it took. Immutable.
 *
 * <p>Its bytes are always the same for the same envelope: the members in this order, those that are
 * absent left out.
 *
 * <pre>{@code
 * {"id":…,"ts":…,"type":…,"payload":…[,"run_id":…][,"thread_id":…][,"transaction":…]
 *  [,"related_id":…][,"bin_mime":…]}
 * }</pre>
 *
 * @param id of this message
 * @param ts when it was sent, in milliseconds since 1970 UTC
 * @param type of the event, by its newest name
 * @param payload an object, or in a MESSAGE a string
 * @param binMime the type of what {@code payload.data} holds in base64
 */
record Envelope(
    String id,
    String ts,
    String type,
    JsonNode payload,
    @Nullable String runId,
    @Nullable String threadId,
    @Nullable String transaction,
    @Nullable String relatedId,
    @Nullable String binMime) {
  private static final String OLD_PREFIX = "TEXT_";

  /** An envelope that belongs to nothing. */
  static Envelope of(String id, long millis, String type, JsonNode payload) {
    return new Envelope(id, Long.toString(millis), type, payload, null, null, null, null, null);
  }

  /** Reads what was published; null if it is none. */
  static @Nullable Envelope read(Publication publication) {
    return read(publication.draft().payload().bytes());
  }

  /** Reads one; null if it is none. */
  static @Nullable Envelope read(byte[] bytes) {
    if (!(Json.read(bytes) instanceof ObjectNode object)) {
      return null;
    }
    String id = Json.text(object, "id");
    String type = Json.text(object, "type");
    JsonNode payload = object.get("payload");
    if (id == null || type == null || payload == null) {
      return null;
    }
    String ts = Json.text(object, "ts");
    return new Envelope(
        id,
        ts == null ? "0" : ts,
        type.startsWith(OLD_PREFIX) ? type.substring(OLD_PREFIX.length()) : type,
        payload,
        Json.text(object, "run_id"),
        Json.text(object, "thread_id"),
        unlessNull(Json.text(object, "transaction")),
        Json.text(object, "related_id"),
        Json.text(object, "bin_mime"));
  }

  /** The text "null" stands for nothing in some clients. */
  private static @Nullable String unlessNull(@Nullable String text) {
    return "null".equals(text) ? null : text;
  }

  /** A string member of the payload. */
  @Nullable String text(String name) {
    return Json.text(payload, name);
  }

  /** The same in a run; null for none. */
  Envelope in(@Nullable Run run) {
    return run == null
        ? this
        : new Envelope(
            id, ts, type, payload, run.id(), run.threadId(), transaction, relatedId, binMime);
  }

  Envelope inTransaction(String of) {
    return new Envelope(id, ts, type, payload, runId, threadId, of, relatedId, binMime);
  }

  Envelope about(@Nullable String message) {
    return new Envelope(id, ts, type, payload, runId, threadId, transaction, message, binMime);
  }

  Envelope holding(String mime) {
    return new Envelope(id, ts, type, payload, runId, threadId, transaction, relatedId, mime);
  }

  /** Its bytes. */
  byte[] bytes() {
    ObjectNode object = Json.object();
    object.put("id", id);
    object.put("ts", ts);
    object.put("type", type);
    object.set("payload", payload);
    put(object, "run_id", runId);
    put(object, "thread_id", threadId);
    put(object, "transaction", transaction);
    put(object, "related_id", relatedId);
    put(object, "bin_mime", binMime);
    return Json.write(object);
  }

  private static void put(ObjectNode object, String name, @Nullable String value) {
    if (value != null) {
      object.put(name, value);
    }
  }
}
