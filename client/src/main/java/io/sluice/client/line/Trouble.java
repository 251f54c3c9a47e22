package io.sluice.client.line;

import io.sluice.model.ClientCode;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with a connection.
 *
 * @param code the stable one
 * @param message for a person
 * @param status the HTTP status of a refused upgrade, or the close code of a lost connection; 0 if
 *     neither
 * @param cause what the platform says
 */
public record Trouble(String code, String message, int status, @Nullable Throwable cause) {
  /** A trouble of the client's own. */
  public Trouble(ClientCode code, String message) {
    this(code.text(), message, 0, null);
  }

  /** A trouble of the client's own that has a cause. */
  public Trouble(ClientCode code, String message, @Nullable Throwable cause) {
    this(code.text(), message, 0, cause);
  }
}
