package io.sluice.client;

import io.sluice.client.line.Trouble;
import io.sluice.model.ClientCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whatever goes wrong, with a stable code: one of the server's or of {@link ClientCode}. */
public final class SluiceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;
  private final int status;

  SluiceException(ClientCode code, String message) {
    this(code.text(), message, 0, null);
  }

  SluiceException(ClientCode code, String message, @Nullable Throwable cause) {
    this(code.text(), message, 0, cause);
  }

  /** As a client tells it of its connection. */
  public SluiceException(Trouble trouble) {
    this(trouble.code(), trouble.message(), trouble.status(), trouble.cause());
  }

  SluiceException(String code, String message) {
    this(code, message, 0, null);
  }

  /**
   * Something else.
   *
   * @param code the stable one
   * @param status as {@link #status}
   */
  public SluiceException(String code, String message, int status, @Nullable Throwable cause) {
    super(message + " (" + code + ", see " + link(code) + ")", cause);
    this.code = code;
    this.status = status;
  }

  /** The stable code, as it stands in {@code docs/errors.md}. */
  public String code() {
    return code;
  }

  /** The HTTP status of a refused upgrade, or the close code of a lost connection; 0 if neither. */
  public int status() {
    return status;
  }

  /** Whether this is a code of the client's own. */
  public boolean is(ClientCode own) {
    return code.equals(own.text());
  }

  /** Where the code is explained, relative to the project. */
  public String docs() {
    return link(code);
  }

  private static String link(String code) {
    return "docs/errors.md#" + code.toLowerCase(Locale.ROOT);
  }
}
