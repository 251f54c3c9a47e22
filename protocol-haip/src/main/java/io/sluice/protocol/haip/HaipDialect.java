package io.sluice.protocol.haip;

/** Which of the grammars of flow control two ends speak; settled by the client's HAI. */
public enum HaipDialect {
  /** Two pools to a channel, messages and bytes; who receives grants of his own accord. */
  OFFICIAL,
  /** One pool to a channel, in UTF-16 units of the payload; who sends asks. */
  SEED,
  /** No credit at all: the socket limits, and pauses do. */
  NONE
}
