package io.sluice.server;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The playground's files, the live graph's and the JavaScript client, read once from the class
 * path. Immutable.
 */
final class StaticPages {
  /**
   * Nothing but our own files runs, the page talks to nobody but its own server, and no text
   * becomes markup or code.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final List<String> FILES =
      List.of(
          "camera.js",
          "chat.js",
          "colours.js",
          "demo.css",
          "demo.js",
          "dom.js",
          "effort.js",
          "flat.js",
          "hands.js",
          "history.js",
          "icon.svg",
          "ledger.js",
          "line.js",
          "look.css",
          "main.js",
          "pace.js",
          "parts.css",
          "presence.js",
          "rates.js",
          "reader.js",
          "recovery.js",
          "rows.js",
          "shape.js",
          "strip.js",
          "tape.js",
          "theme.js",
          "timeline.js",
          "token.js",
          "webgl.js",
          "words.js",
          "writer.js");

  private StaticPages() {}

  static List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>();
    routes.add(route("/", "index.html"));
    routes.add(route("/demo", "demo.html"));
    routes.add(route("/client.js", "client.js"));
    routes.add(route("/client-stream.js", "client-stream.js"));
    routes.add(route("/client-haip.js", "client-haip.js"));
    routes.add(route("/client-visionflow.js", "client-visionflow.js"));
    for (String file : FILES) {
      routes.add(route("/page/" + file, file));
    }
    return List.copyOf(routes);
  }

  private static HttpRoute route(String path, String file) {
    HttpAnswer answer =
        new HttpAnswer(
            200,
            Map.of(
                "Content-Type",
                contentType(file),
                "Content-Security-Policy",
                POLICY,
                "Cross-Origin-Opener-Policy",
                "same-origin",
                "Referrer-Policy",
                "no-referrer",
                "Cache-Control",
                "no-cache"),
            read(file));
    return HttpRoute.at("GET", path, call -> answer.now());
  }

  private static String contentType(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> "text/javascript; charset=utf-8";
    };
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
