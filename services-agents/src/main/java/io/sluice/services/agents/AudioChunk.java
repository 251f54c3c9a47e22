package io.sluice.services.agents;

import org.jspecify.annotations.Nullable;

/** Sound from the person, or whatever else its type says. Immutable, as its bytes must stay. */
public final class AudioChunk {
  private final String channel;
  private final @Nullable String messageId;
  private final String mime;
  private final byte[] data;
  private final long durationMillis;
  private final @Nullable String transaction;

  AudioChunk(
      String channel,
      @Nullable String messageId,
      String mime,
      byte[] data,
      long durationMillis,
      @Nullable String transaction) {
    this.channel = channel;
    this.messageId = messageId;
    this.mime = mime;
    this.data = data;
    this.durationMillis = durationMillis;
    this.transaction = transaction;
  }

  /** Where it came, within the session, as {@code AUDIO_IN}. */
  public String channel() {
    return channel;
  }

  /** The stream it is a piece of; null if it does not say. */
  public @Nullable String messageId() {
    return messageId;
  }

  /** Its type. */
  public String mime() {
    return mime;
  }

  /** Its bytes. Not copied: nobody may write to them. */
  public byte[] data() {
    return data;
  }

  /** How long it lasts; -1 if it does not say. */
  public long durationMillis() {
    return durationMillis;
  }

  /** The transaction it belongs to; null if none. */
  public @Nullable String transaction() {
    return transaction;
  }
}
