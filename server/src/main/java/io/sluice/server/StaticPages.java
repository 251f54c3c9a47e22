package io.sluice.server;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The playground's files and the client's, read once from the class path. Immutable. */
final class StaticPages {
  /** Nothing but our own files runs, and the page talks to nobody but its own server. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private StaticPages() {}

  static List<HttpRoute> routes() {
    return List.of(
        route("/", "index.html", "text/html; charset=utf-8"),
        route("/page.css", "page.css", "text/css; charset=utf-8"),
        route("/page.js", "page.js", "text/javascript; charset=utf-8"),
        route("/client.js", "client.js", "text/javascript; charset=utf-8"));
  }

  private static HttpRoute route(String path, String file, String contentType) {
    HttpAnswer answer =
        new HttpAnswer(
            200,
            Map.of(
                "Content-Type",
                contentType,
                "Content-Security-Policy",
                POLICY,
                "Referrer-Policy",
                "no-referrer",
                "Cache-Control",
                "no-cache"),
            read(file));
    return HttpRoute.at("GET", path, call -> answer.now());
  }

  private static byte[] read(String file) {
    try (InputStream in = StaticPages.class.getResourceAsStream("page/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
