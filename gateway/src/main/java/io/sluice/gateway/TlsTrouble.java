package io.sluice.gateway;

/** Why a connection to a TLS port ended before, or without, a word of ours. */
public enum TlsTrouble {
  /** What came first was not TLS, such as plain HTTP. */
  PLAINTEXT("plaintext"),
  /** The handshake failed: no version or cipher in common, a certificate that was not accepted. */
  HANDSHAKE("handshake"),
  /** The handshake was not over within {@code limits.connections.handshake}. */
  SLOW("slow"),
  /** After the handshake something came that could not be deciphered. */
  RECORD("record");

  private final String text;

  TlsTrouble(String text) {
    this.text = text;
  }

  /** The stable word, for the metric. */
  public String text() {
    return text;
  }
}
