package io.sluice.gateway.tls;

/** A certificate or key that cannot be used; the message is one line for a person. */
public final class PemException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whether it is about the key and not the certificate. */
  private final boolean ofKey;

  PemException(boolean ofKey, String message) {
    super(message);
    this.ofKey = ofKey;
  }

  /** Whether it is about the key and not the certificate. */
  public boolean isOfKey() {
    return ofKey;
  }
}
