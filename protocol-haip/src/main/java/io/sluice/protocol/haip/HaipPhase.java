package io.sluice.protocol.haip;

/** How far a conversation is. */
enum HaipPhase {
  /** A client's that has not begun, or whose line is cut. */
  IDLE,
  /** The peer has not introduced itself. */
  STRANGERS,
  /** The server has not answered its HAI. */
  DECIDING,
  TALKING,
  CLOSED
}
