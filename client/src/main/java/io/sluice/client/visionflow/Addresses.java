package io.sluice.client.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.client.line.JdkTransport;
import java.net.URI;
import java.net.URLEncoder;
import org.jspecify.annotations.Nullable;

/** Where a graph or a room is. */
final class Addresses {
  private Addresses() {}

  /**
   * An address that a program gives.
   *
   * @throws IllegalArgumentException if it is none like that
   */
  static URI of(String url, String like) {
    URI uri = URI.create(url);
    JdkTransport.check(uri, like);
    return uri;
  }

  /** The same with a name in its query, if there is one. */
  static URI with(URI uri, String parameter, @Nullable String name) {
    if (name == null) {
      return uri;
    }
    String mark = uri.getRawQuery() == null ? "?" : "&";
    return URI.create(uri + mark + parameter + "=" + URLEncoder.encode(name, UTF_8));
  }
}
