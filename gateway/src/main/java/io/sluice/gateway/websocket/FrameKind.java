package io.sluice.gateway.websocket;

/** The frames a server sends. Each is whole: our messages are never fragmented. */
public enum FrameKind {
  /** UTF-8 text. */
  TEXT(0x1),
  /** Any bytes. */
  BINARY(0x2),
  /** The end of the connection. */
  CLOSE(0x8),
  /** A question whether the peer is there. */
  PING(0x9),
  /** The answer to a Ping, with its payload. */
  PONG(0xA);

  private static final int FIN = 0x80;
  private static final int RSV1 = 0x40;

  private final int opcode;

  FrameKind(int opcode) {
    this.opcode = opcode;
  }

  /** The first byte of the frame, 0x81 to 0xCA; with RSV1 if the payload is deflated. */
  int firstByte(boolean deflated) {
    return FIN | opcode | (deflated ? RSV1 : 0);
  }

  /** Whether the payload may not pass 125 bytes and may not be deflated. */
  boolean isControl() {
    return opcode >= 0x8;
  }
}
