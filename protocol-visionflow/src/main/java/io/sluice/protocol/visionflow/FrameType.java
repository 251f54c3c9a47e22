package io.sluice.protocol.visionflow;

import io.sluice.model.Priority;
import org.jspecify.annotations.Nullable;

/** What a frame is: the first byte of its header, and how it is sent if nobody says otherwise. */
public enum FrameType {
  /** Nodes as in {@link RawNodes}. */
  NODE_UPDATE(0x01, Priority.HIGH),
  /** Speaker and sequence, 16 bits each, then one packet of Opus. */
  VOICE_FRAME(0x02, Priority.CRITICAL),
  /** Shortest ways alone: id, distance, parent. */
  SSSP_UPDATE(0x03, Priority.HIGH),
  /** A JSON object. */
  SETTINGS_UPDATE(0x10, Priority.MEDIUM),
  /** A JSON object. */
  AGENT_STATUS(0x11, Priority.MEDIUM),
  /** A JSON object: code, message, recoverable, details. */
  ERROR(0x12, Priority.HIGH),
  /** 64 bits of the sender's. */
  PING(0x20, Priority.CRITICAL),
  /** The 64 bits of the PING it answers. */
  PONG(0x21, Priority.CRITICAL),
  /** A code of 16 bits and the reason in UTF-8. */
  CLOSE(0x22, Priority.CRITICAL);

  private static final @Nullable FrameType[] BY_CODE = byCode();

  private final int code;
  private final Priority priority;

  FrameType(int code, Priority priority) {
    this.code = code;
    this.priority = priority;
  }

  private static @Nullable FrameType[] byCode() {
    @Nullable FrameType[] table = new @Nullable FrameType[256];
    for (FrameType type : values()) {
      table[type.code] = type;
    }
    return table;
  }

  /** Its byte. */
  public int code() {
    return code;
  }

  /** The priority it is sent with. */
  public Priority priority() {
    return priority;
  }

  /** Whether its payload is a JSON object. */
  public boolean isJson() {
    return this == SETTINGS_UPDATE || this == AGENT_STATUS || this == ERROR;
  }

  /** The type of that byte; null if it is none. */
  public static @Nullable FrameType of(byte code) {
    return BY_CODE[code & 0xFF];
  }
}
