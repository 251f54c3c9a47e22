package io.sluice.client.haip;

import io.sluice.client.SluiceException;
import io.sluice.model.ClientCode;
import io.sluice.model.Limits;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipOutgoing;
import io.sluice.protocol.json.JsonPayload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent, of any type. Immutable but for the bytes, which are handed over.
 *
 * @param channel one of {@code USER}, {@code AGENT}, {@code SYSTEM}, {@code AUDIO_IN}, {@code
 *     AUDIO_OUT}, or a name of the session's own
 * @param type what it is
 * @param payload a JSON object
 * @param binary what goes with it as a frame of its own
 * @param binaryMime its type
 * @param runId the run it belongs to
 * @param threadId the thread it belongs to
 * @param transaction the transaction it belongs to
 */
// The bytes are handed over, not compared.
@SuppressWarnings("ArrayRecordComponent")
public record HaipDraft(
    String channel,
    HaipEvent type,
    String payload,
    byte @Nullable [] binary,
    @Nullable String binaryMime,
    @Nullable String runId,
    @Nullable String threadId,
    @Nullable String transaction) {
  private static final Limits.Json ANYTHING =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 8);

  /** Without anything but a payload. */
  public HaipDraft(String channel, HaipEvent type, String payload) {
    this(channel, type, payload, null, null, null, null, null);
  }

  /** With a frame behind it. */
  public HaipDraft withBinary(String mime, byte[] bytes) {
    return new HaipDraft(channel, type, payload, bytes, mime, runId, threadId, transaction);
  }

  /** In a run. */
  public HaipDraft withRun(@Nullable String run) {
    return new HaipDraft(channel, type, payload, binary, binaryMime, run, threadId, transaction);
  }

  /** In a thread. */
  public HaipDraft withThread(String thread) {
    return new HaipDraft(channel, type, payload, binary, binaryMime, runId, thread, transaction);
  }

  /** In a transaction. */
  public HaipDraft withTransaction(String uuid) {
    return new HaipDraft(channel, type, payload, binary, binaryMime, runId, threadId, uuid);
  }

  /**
   * As the conversation takes it.
   *
   * @throws SluiceException {@code invalid_payload} if the payload is no JSON object, {@code
   *     invalid_option} if it is of a type that the client speaks by itself
   */
  HaipOutgoing outgoing(@Nullable HaipSend send) {
    return outgoing(null, send);
  }

  /** The same under an id of ours, by which answers name it. */
  HaipOutgoing outgoing(@Nullable String id, @Nullable HaipSend send) {
    if (!type.isData()) {
      throw new SluiceException(
          ClientCode.INVALID_OPTION.text(), "The client says " + type + " by itself", 0, null);
    }
    JsonPayload json = JsonPayload.parse(payload.getBytes(StandardCharsets.UTF_8), ANYTHING);
    if (json == null || json.bytes()[0] != '{') {
      throw new SluiceException(
          ClientCode.INVALID_PAYLOAD.text(), "The payload is not a JSON object", 0, null);
    }
    return new HaipOutgoing(
        channel, type, json.bytes(), binary, binaryMime, runId, threadId, transaction, id, send);
  }
}
