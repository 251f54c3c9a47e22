package io.sluice.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which proxies are believed, and what they say of the client. Shared by all event loops; immutable
 * but for an atomic flag.
 *
 * <p>From a trusted peer {@code X-Forwarded-For} counts, and with it {@code X-Forwarded-Proto} and
 * {@code X-Forwarded-Host}; {@code Forwarded} only where the former is absent, because the usual
 * proxies write the former and hand on a client's own {@code Forwarded} untouched. The client is
 * the rightmost address that is not a trusted proxy's; what stands left of it anybody may have
 * written, and is not even read.
 */
final class Proxies {
  private static final Logger LOG = LoggerFactory.getLogger(Proxies.class);
  private static final String FOR = "X-Forwarded-For";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final String HOST = "X-Forwarded-Host";

  /** A proxy on this machine makes strangers look local; these headers give it away. */
  private static final List<String> SIGNS =
      List.of(FOR, "Forwarded", "X-Real-IP", HttpHeaderNames.VIA.toString());

  private final List<Network> trusted;
  private final boolean secure;
  private final Runnable warning;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Believes these.
   *
   * @param secure whether we speak TLS ourselves
   */
  Proxies(List<Network> trusted, boolean secure) {
    this(trusted, secure, Proxies::warn);
  }

  /**
   * The same.
   *
   * @param warning what is done, once, when a proxy on this machine is not among them
   */
  Proxies(List<Network> trusted, boolean secure, Runnable warning) {
    this.trusted = List.copyOf(trusted);
    this.secure = secure;
    this.warning = warning;
  }

  private static void warn() {
    LOG.warn(
        "a proxy on this machine sends X-Forwarded-For but is not in trusted-proxies: all its"
            + " clients count as one address, which has no limit");
  }

  /** Where a request came through. */
  private record Hop(@Nullable String node, @Nullable String scheme, @Nullable String host) {}

  /** Whether connections from here are a proxy's, so that its clients are counted in its stead. */
  boolean trusts(@Nullable InetAddress address) {
    return address != null && trusted.stream().anyMatch(network -> network.holds(address));
  }

  /** Who a connection comes from when nothing more is known. */
  Sender peer(SocketAddress peer) {
    InetAddress address = address(peer);
    boolean local = address != null && AddressKey.isLoopback(address);
    return new Sender(address, local, shown(peer), secure ? "https" : null, null);
  }

  static @Nullable InetAddress address(SocketAddress peer) {
    return peer instanceof InetSocketAddress socket ? socket.getAddress() : null;
  }

  private static String shown(SocketAddress peer) {
    return peer instanceof InetSocketAddress socket
        ? socket.getAddress().getHostAddress() + ":" + socket.getPort()
        : String.valueOf(peer);
  }

  /** Who sent a request; null if a trusted proxy says it in a way nobody can read. */
  @Nullable Sender read(SocketAddress from, HttpHeaders headers) {
    Sender peer = peer(from);
    boolean signs = SIGNS.stream().anyMatch(headers::contains);
    if (!trusts(peer.address())) {
      warnOnce(peer, headers);
      return signs ? new Sender(peer.address(), false, peer.shown(), peer.scheme(), null) : peer;
    }
    List<Hop> hops = hops(headers);
    return hops == null ? null : client(peer, signs, hops);
  }

  private void warnOnce(Sender peer, HttpHeaders headers) {
    if (peer.local() && headers.contains(FOR) && warned.compareAndSet(false, true)) {
      warning.run();
    }
  }

  /** From left to right; null if malformed. Without any there is one hop that tells nothing. */
  private static @Nullable List<Hop> hops(HttpHeaders headers) {
    if (!headers.contains(FOR) && headers.contains("Forwarded")) {
      List<Map<String, String>> elements =
          ForwardedHeader.parse(String.join(",", headers.getAll("Forwarded")));
      return elements == null || elements.isEmpty()
          ? null
          : elements.stream()
              .map(hop -> new Hop(hop.get("for"), scheme(hop.get("proto")), hop.get("host")))
              .toList();
    }
    String scheme = scheme(last(headers, PROTO));
    String host = last(headers, HOST);
    if (!headers.contains(FOR)) {
      return List.of(new Hop(null, scheme, host));
    }
    List<Hop> hops = new ArrayList<>();
    for (String node : String.join(",", headers.getAll(FOR)).split(",", -1)) {
      hops.add(new Hop(node.strip(), scheme, host));
    }
    return hops;
  }

  /** Some proxies say what the connection became. */
  private static @Nullable String scheme(@Nullable String text) {
    String scheme = text == null ? null : text.toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case null -> null;
      case "ws" -> "http";
      case "wss" -> "https";
      default -> scheme;
    };
  }

  /** What the nearest proxy said, should others have said it before. */
  private static @Nullable String last(HttpHeaders headers, String name) {
    List<String> values = headers.getAll(name);
    if (values.isEmpty()) {
      return null;
    }
    String line = values.getLast();
    String value = line.substring(line.lastIndexOf(',') + 1).strip();
    return value.isEmpty() ? null : value;
  }

  /** On this machine is only who came through nothing but this machine. */
  private @Nullable Sender client(Sender peer, boolean signs, List<Hop> hops) {
    Sender nearest = peer;
    boolean local = peer.local();
    List<Hop> fromUs = new ArrayList<>(hops);
    Collections.reverse(fromUs);
    for (Hop hop : fromUs) {
      if (hop.scheme() != null && !hop.scheme().equals("http") && !hop.scheme().equals("https")) {
        return null;
      }
      if (hop.node() == null) {
        return new Sender(null, local && !signs, peer.shown(), hop.scheme(), hop.host());
      }
      Node node = Node.parse(hop.node());
      if (node == null) {
        return null;
      }
      InetAddress address = node.address();
      local &= address != null && AddressKey.isLoopback(address);
      nearest = new Sender(address, local, node.shown(), hop.scheme(), hop.host());
      if (!trusts(address)) {
        break;
      }
    }
    return nearest;
  }

  /**
   * An address as a proxy writes it.
   *
   * @param address null if it would not say, as {@code unknown} and {@code _hidden} do
   */
  private record Node(@Nullable InetAddress address, String shown) {
    private static final Node UNNAMED = new Node(null, "unknown");

    /** Null if it is none. */
    static @Nullable Node parse(String text) {
      if (text.equalsIgnoreCase("unknown") || isObfuscated(text)) {
        return UNNAMED;
      }
      InetAddress address = Network.literal(withoutPort(text));
      return address == null ? null : new Node(address, address.getHostAddress());
    }

    private static boolean isObfuscated(String text) {
      return text.matches("_[A-Za-z0-9._-]{1,64}(:[0-9A-Za-z._-]{1,16})?");
    }

    /** {@code a.b.c.d:port}, {@code [v6]:port} and {@code [v6]} without what is no address. */
    private static String withoutPort(String text) {
      int bracket = text.indexOf(']');
      if (text.startsWith("[") && bracket > 0) {
        boolean good = text.substring(bracket + 1).matches("(:[0-9]{1,5})?");
        return good ? text.substring(1, bracket) : "";
      }
      int colon = text.indexOf(':');
      boolean port = colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}");
      return port && text.indexOf('.') >= 0 ? text.substring(0, colon) : text;
    }
  }
}
