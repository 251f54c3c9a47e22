package io.sluice.server.config;

/** The settings are wrong. The message is one line for a person, and holds no secret. */
public final class SettingsException extends Exception {
  /** Says what is wrong, beginning with where it was written. */
  public SettingsException(String message) {
    super(message);
  }
}
