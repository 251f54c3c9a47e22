package io.sluice.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a request, from its head alone. Immutable.
 *
 * <p>The order, cheap and harmless before dear and telling: form of the head (400, 414, 431), HTTP
 * version and Host, a trusted proxy's word for it among them (400), the name of this machine in
 * development mode (403), path (400). Then for a WebSocket: stopping (503), method (405), handshake
 * (400, 426), origin (403), token missing (401) or contradictory (403); and, once the head is
 * through, the token itself (403, 503) and the user's limit (429). A plain GET where WebSocket is
 * spoken takes the same way without the handshake and ends with 426, so that a browser's client,
 * which is not told why an upgrade failed, can ask. A response that goes on is asked for in the
 * same way, its method and the length of its body (413) in the handshake's place. For a page: path
 * (404), method (405), length of the body (413).
 */
final class Doorman {
  /** A drill of old drafts that has 8 bytes of body without saying so. */
  private static final String HIXIE_KEY = "Sec-WebSocket-Key1";

  private static final String PREFLIGHT_SECONDS = "600";

  private final Router router;
  private final Origins origins;
  private final Limits.Http limits;

  Doorman(Router router, Origins origins, Limits.Http limits) {
    this.router = router;
    this.origins = origins;
    this.limits = limits;
  }

  /** The decision; never changes with time but for {@code stopping}. */
  Decision decide(HttpRequest request, Sender client, boolean stopping) {
    if (request.decoderResult().isFailure()) {
      return new Decision.Refuse(malformed(request.decoderResult().cause()));
    }
    HttpHeaders headers = request.headers();
    if (!isHttp1(request.protocolVersion()) || headers.contains(HIXIE_KEY)) {
      return new Decision.Refuse(Refusal.BAD_REQUEST);
    }
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (!isHostGood(hosts, request.protocolVersion())) {
      return new Decision.Refuse(Refusal.BAD_REQUEST, "There must be exactly one Host.");
    }
    if (client.host() != null && !isHost(client.host())) {
      return new Decision.Refuse(Refusal.BAD_FORWARDED);
    }
    String host = host(headers, client);
    if (!origins.admitsHost(host)) {
      return new Decision.Refuse(Refusal.BAD_HOST);
    }
    Target target = Target.parse(request.uri());
    if (target == null) {
      return new Decision.Refuse(Refusal.BAD_PATH);
    }
    StreamEndpoint stream = router.stream(target.path());
    if (stream != null) {
      return isPreflight(request)
          ? preflight(request, target, client, stream.method())
          : stream(request, target, stream, client, stopping);
    }
    Endpoint endpoint = router.endpoint(target.path());
    Map<String, HttpHandler> page = router.page(target.path());
    if (endpoint != null && (page == null || Upgrade.isMeant(headers))) {
      return isPreflight(request)
          ? preflight(request, target, client, "GET")
          : socket(request, target, endpoint, client, stopping);
    }
    return page == null ? new Decision.Refuse(Refusal.NOT_FOUND) : page(request, target, page);
  }

  private static Refusal malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> Refusal.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> Refusal.HEADERS_TOO_LARGE;
      default -> Refusal.BAD_REQUEST;
    };
  }

  private static boolean isHttp1(HttpVersion version) {
    return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
  }

  private static boolean isHostGood(List<String> hosts, HttpVersion version) {
    if (hosts.isEmpty()) {
      return version.equals(HttpVersion.HTTP_1_0);
    }
    return hosts.size() == 1 && isHost(hosts.getFirst());
  }

  private static boolean isHost(String host) {
    return !host.isEmpty() && host.chars().allMatch(Doorman::isHostCharacter);
  }

  /** What the client asked for, whatever a trusted proxy made of it. */
  private static @Nullable String host(HttpHeaders headers, Sender client) {
    return client.host() == null ? headers.get(HttpHeaderNames.HOST) : client.host();
  }

  private static boolean isHostCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~:[]".indexOf(c) >= 0;
  }

  private Decision socket(
      HttpRequest request, Target target, Endpoint endpoint, Sender client, boolean stopping) {
    HttpHeaders headers = request.headers();
    Upgrade upgrade = null;
    if (Upgrade.isMeant(headers)) {
      if (stopping) {
        return new Decision.Refuse(Refusal.STOPPING);
      }
      switch (handshake(request)) {
        case Upgrade.Reading.Good good -> upgrade = good.upgrade();
        case Upgrade.Reading.Bad bad -> {
          return new Decision.Refuse(Refusal.BAD_UPGRADE, bad.why());
        }
        case Upgrade.Reading.OtherVersion _ -> {
          return notAnUpgrade();
        }
        case Upgrade.Reading.OtherMethod _ -> {
          return wrongMethod(Set.of("GET"));
        }
      }
    } else if (!isRead(request.method())) {
      return wrongMethod(Set.of("GET"));
    } else if (hasBody(request)) {
      return new Decision.Refuse(Refusal.BAD_REQUEST, "A GET has no body here.");
    }
    if (!admitsOrigin(headers, client)) {
      return new Decision.Refuse(Refusal.BAD_ORIGIN);
    }
    return admit(endpoint, upgrade, Tokens.of(target, headers, tokens(upgrade)), target);
  }

  private Decision stream(
      HttpRequest request, Target target, StreamEndpoint stream, Sender client, boolean stopping) {
    HttpHeaders headers = request.headers();
    if (stopping) {
      return new Decision.Refuse(Refusal.STOPPING);
    }
    if (!request.method().name().equals(stream.method())) {
      return wrongMethod(stream.method());
    }
    if (request.method().equals(HttpMethod.GET) && hasBody(request)) {
      return new Decision.Refuse(Refusal.BAD_REQUEST, "A GET has no body here.");
    }
    if (!admitsOrigin(headers, client)) {
      return new Decision.Refuse(Refusal.BAD_ORIGIN);
    }
    Tokens tokens = Tokens.of(target, headers, List.of());
    if (tokens.contradictory()) {
      return severalTokens();
    }
    if (tokens.token() == null) {
      return new Decision.Refuse(Refusal.NO_TOKEN);
    }
    if (!stream.listens() && HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
      return new Decision.Refuse(Refusal.BODY_TOO_LARGE);
    }
    boolean chunked = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    return new Decision.Stream(stream, tokens.token(), target, chunked);
  }

  private boolean admitsOrigin(HttpHeaders headers, Sender client) {
    List<String> given = headers.getAll(HttpHeaderNames.ORIGIN);
    return origins.admits(given, host(headers, client), client.scheme());
  }

  /** Whether a browser asks if a page may ask; the probe carries a header that makes it do so. */
  private static boolean isPreflight(HttpRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaderNames.ORIGIN)
        && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  private Decision preflight(HttpRequest request, Target target, Sender client, String method) {
    if (!admitsOrigin(request.headers(), client)) {
      return new Decision.Refuse(Refusal.BAD_ORIGIN);
    }
    Map<String, String> headers = new LinkedHashMap<>(crossOrigin(request, client));
    headers.put("Access-Control-Allow-Methods", method);
    headers.put("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID");
    headers.put("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    HttpAnswer allowed = new HttpAnswer(204, headers, new byte[0]);
    return new Decision.Serve(call -> allowed.now(), target);
  }

  /**
   * What every answer must say to a page of another origin that asks for a response that goes on,
   * or probes a path where WebSocket is spoken, so that it can read why its upgrade failed. Empty
   * if it may not, or is none.
   */
  Map<String, String> crossOrigin(HttpRequest request, Sender client) {
    HttpHeaders headers = request.headers();
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    Target target = Target.parse(request.uri());
    boolean isShown = target != null && (isStream(target) || isProbe(target, headers));
    if (!isShown || origin == null || !admitsOrigin(headers, client)) {
      return Map.of();
    }
    return Map.of(
        "Access-Control-Allow-Origin",
        origin,
        "Access-Control-Expose-Headers",
        "Retry-After",
        "Vary",
        "Origin");
  }

  private boolean isStream(Target target) {
    return router.stream(target.path()) != null;
  }

  private boolean isProbe(Target target, HttpHeaders headers) {
    return router.endpoint(target.path()) != null
        && router.page(target.path()) == null
        && !Upgrade.isMeant(headers);
  }

  private static List<String> tokens(@Nullable Upgrade upgrade) {
    return upgrade == null ? List.of() : upgrade.tokens();
  }

  private static Decision admit(
      Endpoint endpoint, @Nullable Upgrade upgrade, Tokens tokens, Target target) {
    if (tokens.contradictory()) {
      return severalTokens();
    }
    if (tokens.token() == null && endpoint.needsToken()) {
      return new Decision.Refuse(Refusal.NO_TOKEN);
    }
    return new Decision.Admit(endpoint, tokens.token(), upgrade, target.query());
  }

  private static Decision.Refuse severalTokens() {
    return new Decision.Refuse(Refusal.BAD_TOKEN, "Different tokens came with one request.");
  }

  private static Upgrade.Reading handshake(HttpRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      return new Upgrade.Reading.OtherMethod();
    }
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return new Upgrade.Reading.Bad("An upgrade needs HTTP/1.1.");
    }
    if (hasBody(request)) {
      return new Upgrade.Reading.Bad("An upgrade has no body.");
    }
    return Upgrade.read(request.headers());
  }

  private static boolean hasBody(HttpRequest request) {
    return HttpUtil.getContentLength(request, 0L) > 0
        || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
  }

  private static boolean isRead(HttpMethod method) {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  /** A refusal that says what would be an upgrade. */
  static Decision.Refuse notAnUpgrade() {
    Refusal refusal = Refusal.NOT_AN_UPGRADE;
    return new Decision.Refuse(
        refusal,
        refusal.cause(),
        Map.of("Upgrade", "websocket", "Sec-WebSocket-Version", Upgrade.VERSION));
  }

  private Decision page(HttpRequest request, Target target, Map<String, HttpHandler> page) {
    HttpMethod method = request.method();
    HttpHandler handler = page.get(method.equals(HttpMethod.HEAD) ? "GET" : method.name());
    if (handler == null) {
      return wrongMethod(page.keySet());
    }
    if (HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
      return new Decision.Refuse(Refusal.BODY_TOO_LARGE);
    }
    return new Decision.Serve(handler, target);
  }

  private static Decision.Refuse wrongMethod(Set<String> allowed) {
    Set<String> methods = new TreeSet<>(allowed);
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return wrongMethod(String.join(", ", methods));
  }

  private static Decision.Refuse wrongMethod(String allowed) {
    return new Decision.Refuse(Refusal.METHOD, Refusal.METHOD.cause(), Map.of("Allow", allowed));
  }
}
