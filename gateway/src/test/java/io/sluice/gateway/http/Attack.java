package io.sluice.gateway.http;

import static io.sluice.gateway.http.Station.UPGRADE;
import static io.sluice.gateway.http.Station.get;

import io.sluice.model.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of bad requests, and of some that only look bad.
 *
 * @param what it is, in words
 * @param bytes what is sent
 * @param status the status of the one answer
 * @param refusal the reason that is counted; null if none is
 */
record Attack(String what, String bytes, int status, @Nullable Refusal refusal) {
  private static final String LENGTH_1 = "\r\nContent-Length: 1\r\n\r\na";

  static final List<Attack> TABLE =
      List.of(
          // Form of the head
          no("no HTTP at all", "\u0016\u0003\u0001\r\n\r\n", Refusal.BAD_REQUEST),
          no("HTTP/0.9", "GET /\r\n\r\n", Refusal.BAD_REQUEST),
          no("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Refusal.BAD_REQUEST),
          no("HTTP/1.2", get("/health").replace("1.1", "1.2"), Refusal.BAD_REQUEST),
          no("bare LF", get("/health").replace("\r\n", "\n"), Refusal.BAD_REQUEST),
          no("one bare LF", get("/health").replace("1.1\r\n", "1.1\n"), Refusal.BAD_REQUEST),
          no("bare CR", headed("X: a\rb"), Refusal.BAD_REQUEST),
          no("folded line", headed("X: a\r\n b"), Refusal.BAD_REQUEST),
          no("line folded by a tab", headed("X: a\r\n\tb"), Refusal.BAD_REQUEST),
          no("first line folded", get("/health").replace("Host", " Host"), Refusal.BAD_REQUEST),
          no("NUL in a value", headed("X: a\u0000b"), Refusal.BAD_REQUEST),
          no("NUL in a name", headed("X\u0000: a"), Refusal.BAD_REQUEST),
          no("escape character in a value", headed("X: \u001b[31m"), Refusal.BAD_REQUEST),
          no("space before the colon", headed("X : a"), Refusal.BAD_REQUEST),
          no("no colon", headed("X"), Refusal.BAD_REQUEST),
          no("no name", headed(": a"), Refusal.BAD_REQUEST),
          no("two spaces", "GET  /health HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST),
          no("a tab for a space", "GET\t/health HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST),
          no("a space in front", " GET /health HTTP/1.1\r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST),
          no("a space behind", "GET /health HTTP/1.1 \r\nHost: a\r\n\r\n", Refusal.BAD_REQUEST),
          no("drafts' hidden body", headed("Sec-WebSocket-Key1: 1"), Refusal.BAD_REQUEST),
          yes("empty line in front", "\r\n" + get("/health"), 200),
          // Smuggling
          no("two lengths", posted("Content-Length: 1\r\nContent-Length: 2"), Refusal.BAD_REQUEST),
          no("the same length twice", twoLengths("1", "1"), Refusal.BAD_REQUEST),
          no("a list of lengths", posted("Content-Length: 1, 1"), Refusal.BAD_REQUEST),
          no("a negative length", posted("Content-Length: -1"), Refusal.BAD_REQUEST),
          no("a signed length", posted("Content-Length: +1"), Refusal.BAD_REQUEST),
          no("a hexadecimal length", posted("Content-Length: 0x1"), Refusal.BAD_REQUEST),
          no("2^64", posted("Content-Length: 18446744073709551616"), Refusal.BAD_REQUEST),
          no("length and chunks", posted(chunked() + "Content-Length: 1"), Refusal.BAD_REQUEST),
          no("chunks inside", posted("Transfer-Encoding: chunked, gzip"), Refusal.BAD_REQUEST),
          no("unknown coding", posted("Transfer-Encoding: xchunked"), Refusal.BAD_REQUEST),
          no("chunks twice", posted(chunked() + chunked() + "X: a"), Refusal.BAD_REQUEST),
          no("chunks in HTTP/1.0", oldChunks(), Refusal.BAD_REQUEST),
          no("no number for a chunk", posted(chunked() + "X: a") + "x\r\n", Refusal.BAD_REQUEST),
          no("a chunk that goes on", posted(chunked() + "X: a") + "1\r\naaa", Refusal.BAD_REQUEST),
          no("a chunk of 2^31", posted(chunked() + "X: a") + "80000000\r\n", Refusal.BAD_REQUEST),
          yes("chunks", posted(chunked() + "X: a") + "1\r\na\r\n0\r\n\r\n", 200),
          // Limits
          no("a long line", get("/health?" + "a".repeat(8 << 10)), Refusal.URI_TOO_LONG),
          no("a line without end", "GET /" + "a".repeat(9 << 10), Refusal.URI_TOO_LONG),
          no(
              "a token of a megabyte",
              get("/ws?token=" + "a".repeat(1 << 20)),
              Refusal.URI_TOO_LONG),
          no("a large header", headed("X: " + "a".repeat(16 << 10)), Refusal.HEADERS_TOO_LARGE),
          no("many headers", headed("X: a\r\n".repeat(5_000) + "Y: b"), Refusal.HEADERS_TOO_LARGE),
          no("large announced", posted("Content-Length: 1048577"), Refusal.BODY_TOO_LARGE),
          no("large in chunks", manyChunks(), Refusal.BODY_TOO_LARGE),
          // Host
          no("no Host", "GET /health HTTP/1.1\r\n\r\n", Refusal.BAD_REQUEST),
          no("two Hosts", headed("Host: sluice.test"), Refusal.BAD_REQUEST),
          no("an empty Host", "GET /health HTTP/1.1\r\nHost:\r\n\r\n", Refusal.BAD_REQUEST),
          no("user in Host", "GET /health HTTP/1.1\r\nHost: a@b\r\n\r\n", Refusal.BAD_REQUEST),
          no("upgrade, two Hosts", and("Host: sluice.test"), Refusal.BAD_REQUEST),
          no("upgrade, no Host", UPGRADE.replace("Host: sluice.test\r\n", ""), Refusal.BAD_REQUEST),
          yes("HTTP/1.0 without Host", "GET /health HTTP/1.0\r\n\r\n", 200),
          // Paths
          no("..", get("/../health"), Refusal.BAD_PATH),
          no(".. at the end", get("/files/.."), Refusal.BAD_PATH),
          no(". inside", get("/./health"), Refusal.BAD_PATH),
          no("%2e%2e", get("/files/%2e%2e/health"), Refusal.BAD_PATH),
          no("%2E", get("/%2E/health"), Refusal.BAD_PATH),
          no("//", get("//health"), Refusal.BAD_PATH),
          no("// inside", get("/files//a"), Refusal.BAD_PATH),
          no("%2f", get("/files%2fa"), Refusal.BAD_PATH),
          no("%5c", get("/files/%5c..%5c"), Refusal.BAD_PATH),
          no("a backslash", get("/files\\a"), Refusal.BAD_PATH),
          no("%00", get("/health%00"), Refusal.BAD_PATH),
          no("%00 in the query", get("/health?a=%00"), Refusal.BAD_PATH),
          no("%0d%0a", get("/files/%0d%0aX:a"), Refusal.BAD_PATH),
          no("%25 for a second decoding", get("/%252e%252e/"), Refusal.BAD_PATH),
          no("%", get("/%"), Refusal.BAD_PATH),
          no("%a", get("/%a"), Refusal.BAD_PATH),
          no("%zz", get("/%zz"), Refusal.BAD_PATH),
          no("% in the query", get("/health?a=%"), Refusal.BAD_PATH),
          no("overlong UTF-8", get("/%c0%ae%c0%ae/"), Refusal.BAD_PATH),
          no("a fragment", get("/health#a"), Refusal.BAD_PATH),
          no("absolute form", get("http://sluice.test/health"), Refusal.BAD_PATH),
          no("asterisk form", get("*").replace("GET", "OPTIONS"), Refusal.BAD_PATH),
          no("authority form", get("a:1").replace("GET", "CONNECT"), Refusal.BAD_PATH),
          no("NUL in the path", get("/health\u0000"), Refusal.BAD_REQUEST),
          no("raw UTF-8 in the path", get("/h\u00c3\u00a9"), Refusal.BAD_REQUEST),
          yes("an escaped letter", get("/%68ealth"), 200),
          // Pages
          no("nobody here", get("/nowhere"), Refusal.NOT_FOUND),
          no("upgrade where nobody is", upgradeTo("/nowhere"), Refusal.NOT_FOUND),
          no("below no prefix", get("/health/"), Refusal.NOT_FOUND),
          no("POST to a page", post("/health", "Content-Length: 0"), Refusal.METHOD),
          no("GET of a form", get("/echo"), Refusal.METHOD),
          no("TRACE", get("/health").replace("GET", "TRACE"), Refusal.METHOD),
          no("a handler's bug", get("/throws"), Refusal.INTERNAL),
          no("a handler's bad header", get("/bad-header"), Refusal.INTERNAL),
          yes("a page", get("/health"), 200),
          yes("the page where Nexus is", get("/"), 200),
          // Handshake
          yes("an upgrade", UPGRADE, 101),
          yes("an upgrade at the root", upgradeTo("/?token=good"), 101),
          yes(
              "in small letters",
              UPGRADE.replace("Connection: U", "connection: keep-alive, u"),
              101),
          no("no Upgrade", without("Upgrade: websocket\r\n"), Refusal.BAD_UPGRADE),
          no("Upgrade to h2c", UPGRADE.replace(": websocket", ": h2c"), Refusal.BAD_UPGRADE),
          no("no Connection", without("Connection: Upgrade\r\n"), Refusal.BAD_UPGRADE),
          no("Connection: close", UPGRADE.replace("n: Upgrade", "n: close"), Refusal.BAD_UPGRADE),
          no("no key", withoutKey(), Refusal.BAD_UPGRADE),
          no("two keys", and("Sec-WebSocket-Key: " + Station.KEY), Refusal.BAD_UPGRADE),
          no("a short key", key("AAAA"), Refusal.BAD_UPGRADE),
          no("15 bytes", key("AAAAAAAAAAAAAAAAAAAA"), Refusal.BAD_UPGRADE),
          no("18 bytes", key("AAAAAAAAAAAAAAAAAAAAAAAA"), Refusal.BAD_UPGRADE),
          no("no base64", key("????????????????????????"), Refusal.BAD_UPGRADE),
          no("no version", without("Sec-WebSocket-Version: 13\r\n"), Refusal.BAD_UPGRADE),
          no("two versions", and("Sec-WebSocket-Version: 13"), Refusal.BAD_UPGRADE),
          no("version 8", UPGRADE.replace(": 13", ": 8"), Refusal.NOT_AN_UPGRADE),
          no("version 013", UPGRADE.replace(": 13", ": 013"), Refusal.NOT_AN_UPGRADE),
          no("POST", UPGRADE.replace("GET", "POST"), Refusal.METHOD),
          no("HTTP/1.0", UPGRADE.replace("HTTP/1.1", "HTTP/1.0"), Refusal.BAD_UPGRADE),
          no("a body", and("Content-Length: 1") + "a", Refusal.BAD_UPGRADE),
          no("chunks", and("Transfer-Encoding: chunked") + "0\r\n\r\n", Refusal.BAD_UPGRADE),
          no("a protocol twice", and("Sec-WebSocket-Protocol: a, a"), Refusal.BAD_UPGRADE),
          no("no protocol", and("Sec-WebSocket-Protocol: a b"), Refusal.BAD_UPGRADE),
          no("an endpoint's bug", and("Sec-WebSocket-Protocol: stubborn"), Refusal.INTERNAL),
          // Origin
          yes("the same host", and("Origin: https://sluice.test"), 101),
          yes("an allowed origin", and("Origin: https://app.example:8443"), 101),
          no("a foreign origin", and("Origin: https://evil.example"), Refusal.BAD_ORIGIN),
          no("its prefix", and("Origin: https://app.example"), Refusal.BAD_ORIGIN),
          no("its suffix", and("Origin: https://app.example:8443.evil"), Refusal.BAD_ORIGIN),
          no("another scheme", and("Origin: http://app.example:8443"), Refusal.BAD_ORIGIN),
          no("capitals", and("Origin: https://APP.example:8443"), Refusal.BAD_ORIGIN),
          no("a path", and("Origin: https://app.example:8443/"), Refusal.BAD_ORIGIN),
          no("another port", and("Origin: https://sluice.test:81"), Refusal.BAD_ORIGIN),
          no("this host in front", and("Origin: https://sluice.test.evil"), Refusal.BAD_ORIGIN),
          no("null", and("Origin: null"), Refusal.BAD_ORIGIN),
          no("loopback", and("Origin: http://localhost"), Refusal.BAD_ORIGIN),
          no("an extension", and("Origin: chrome-extension://sluice.test"), Refusal.BAD_ORIGIN),
          no("two origins", and("Origin: https://sluice.test\r\nOrigin: a"), Refusal.BAD_ORIGIN),
          // Tokens
          no("no token", upgradeTo("/ws"), Refusal.NO_TOKEN),
          no("an empty token", upgradeTo("/ws?token="), Refusal.NO_TOKEN),
          no("Basic", with("Authorization: Basic Z29vZA=="), Refusal.NO_TOKEN),
          no("a bad token", upgradeTo("/ws?token=bad"), Refusal.BAD_TOKEN),
          no("two tokens", upgradeTo("/ws?token=good&token=bob"), Refusal.BAD_TOKEN),
          no("another beside it", and("Authorization: Bearer bob"), Refusal.BAD_TOKEN),
          no("a third", and("Sec-WebSocket-Protocol: nexus, token.bob"), Refusal.BAD_TOKEN),
          no("nobody can tell", upgradeTo("/ws?token=away"), Refusal.OVERLOAD),
          no("a verifier's bug", upgradeTo("/ws?token=throws"), Refusal.INTERNAL),
          yes("escaped", upgradeTo("/ws?token=%67ood"), 101),
          yes("Bearer", with("Authorization: bearer good"), 101),
          yes("a subprotocol", with("Sec-WebSocket-Protocol: token.good"), 101),
          yes("the same twice", and("Authorization: Bearer good"), 101),
          yes("none where none is needed", upgradeTo("/open"), 101),
          no("a bad one where none is needed", upgradeTo("/open?token=bad"), Refusal.BAD_TOKEN),
          // Probes
          no("a probe without token", get("/ws"), Refusal.NO_TOKEN),
          no("with a bad one", get("/ws?token=bad"), Refusal.BAD_TOKEN),
          no("with a good one", get("/ws?token=good"), Refusal.NOT_AN_UPGRADE),
          no("HEAD", get("/ws?token=good").replace("GET", "HEAD"), Refusal.NOT_AN_UPGRADE),
          no("POST to a socket", post("/ws", "Content-Length: 0"), Refusal.METHOD),
          no("a probe with body", get("/ws").replace("\r\n\r\n", LENGTH_1), Refusal.BAD_REQUEST));

  private static Attack no(String what, String bytes, Refusal refusal) {
    return new Attack(what, bytes, refusal.status(), refusal);
  }

  private static Attack yes(String what, String bytes, int status) {
    return new Attack(what, bytes, status, null);
  }

  private static String headed(String header) {
    return get("/health").replace("\r\n\r\n", "\r\n" + header + "\r\n\r\n");
  }

  private static String post(String path, String header) {
    return "POST " + path + " HTTP/1.1\r\nHost: sluice.test\r\n" + header + "\r\n\r\n";
  }

  private static String posted(String header) {
    return post("/echo", header);
  }

  private static String twoLengths(String one, String other) {
    return posted("Content-Length: " + one + "\r\nContent-Length: " + other) + "a";
  }

  private static String chunked() {
    return "Transfer-Encoding: chunked\r\n";
  }

  private static String oldChunks() {
    return posted(chunked() + "X: a").replace("HTTP/1.1", "HTTP/1.0") + "0\r\n\r\n";
  }

  private static String manyChunks() {
    String chunk = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
    return posted(chunked() + "X: a") + chunk.repeat(64) + "1\r\na\r\n0\r\n\r\n";
  }

  private static String and(String header) {
    return UPGRADE.replace("\r\n\r\n", "\r\n" + header + "\r\n\r\n");
  }

  private static String with(String header) {
    return and(header).replace("?token=good", "");
  }

  private static String without(String header) {
    return UPGRADE.replace(header, "");
  }

  private static String withoutKey() {
    return without("Sec-WebSocket-Key: " + Station.KEY + "\r\n");
  }

  private static String key(String key) {
    return UPGRADE.replace(Station.KEY, key);
  }

  private static String upgradeTo(String target) {
    return UPGRADE.replace("/ws?token=good", target);
  }

  @Override
  public String toString() {
    return what;
  }
}
