package io.sluice.server.config;

import io.sluice.gateway.http.Network;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands between clients and the server.
 *
 * @param trustedProxies whose word for a client's address is taken
 * @param tls what TLS is spoken with; null for plain HTTP
 */
public record EdgeSettings(List<Network> trustedProxies, @Nullable TlsFiles tls) {
  /** Nothing. */
  public static final EdgeSettings NONE = new EdgeSettings(List.of(), null);

  /** Copies the list. */
  public EdgeSettings {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /**
   * Two files in PEM form, which may be one.
   *
   * @param certificate the server's certificate, and those that vouch for it
   * @param key its key
   */
  public record TlsFiles(Path certificate, Path key) {}
}
