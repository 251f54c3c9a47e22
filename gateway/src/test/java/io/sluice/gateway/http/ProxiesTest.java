package io.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private final Proxies proxies = proxies("127.0.0.1", "10.0.0.0/8", "fd00::/8");

  private static Proxies proxies(String... trusted) {
    return new Proxies(Stream.of(trusted).map(Network::parse).toList(), false);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpHeaders headers(String... lines) {
    HttpHeaders headers = new DefaultHttpHeaders();
    for (String line : lines) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private Sender read(String peer, String... lines) {
    return proxies.read(new InetSocketAddress(address(peer), 4711), headers(lines));
  }

  private String seen(String peer, String... lines) {
    Sender client = read(peer, lines);
    return client == null ? "malformed" : client.shown();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.9|203.0.113.9",
        "1.1.1.1, 203.0.113.9|203.0.113.9",
        "1.1.1.1, 203.0.113.9, 10.1.2.3|203.0.113.9",
        "203.0.113.9,fd00::7 , 10.1.2.3|203.0.113.9",
        "garbage <> , 203.0.113.9|203.0.113.9",
        "10.9.9.9, 10.1.2.3|10.9.9.9",
        "203.0.113.9:5678|203.0.113.9",
        "2001:db8::1|2001:db8:0:0:0:0:0:1",
        "[2001:db8::1]|2001:db8:0:0:0:0:0:1",
        "[2001:db8::1]:5678|2001:db8:0:0:0:0:0:1",
        "203.0.113.9, ::ffff:10.1.2.3|203.0.113.9",
        "::ffff:203.0.113.9|203.0.113.9",
        "1.1.1.1, unknown|unknown",
        "1.1.1.1, _hidden|unknown",
      })
  void theClientIsTheRightmostWhoIsNoTrustedProxy(String list, String client) {
    assertThat(seen("10.0.0.1", "X-Forwarded-For: " + list)).isEqualTo(client);
  }

  @Test
  void severalLinesAreOneList() {
    assertThat(seen("10.0.0.1", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 203.0.113.9"))
        .isEqualTo("203.0.113.9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: ",
        "X-Forwarded-For: 203.0.113.9,",
        "X-Forwarded-For: localhost",
        "X-Forwarded-For: 203.0.113",
        "X-Forwarded-For: 203.0.113.256",
        "X-Forwarded-For: 0x7f.1",
        "X-Forwarded-For: [2001:db8::1",
        "X-Forwarded-For: [2001:db8::1]x",
        "X-Forwarded-For: 203.0.113.9:port",
        "X-Forwarded-For: fe80::1%eth0",
        "X-Forwarded-For: garbage, 10.1.2.3",
        "Forwarded: ",
        "Forwarded: ,",
        "Forwarded: for",
        "Forwarded: for=",
        "Forwarded: for=\"203.0.113.9",
        "Forwarded: for=\"203.0.113.9\\",
        "Forwarded: for=203.0.113.9;for=203.0.113.9",
        "Forwarded: for=203.0.113.9 proto=http",
        "Forwarded: for=203.0.113.9;proto=gopher",
        "Forwarded: for=somebody",
        "Forwarded: =203.0.113.9",
      })
  void whatCannotBeReadIsNotGuessed(String line) {
    assertThat(read("10.0.0.1", line)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=203.0.113.9|203.0.113.9",
        "For=\"203.0.113.9:47011\"|203.0.113.9",
        "for=\"[2001:db8:cafe::17]:4711\"|2001:db8:cafe:0:0:0:0:17",
        "for=192.0.2.43, for=203.0.113.9;by=10.0.0.1|203.0.113.9",
        "for=203.0.113.9 , FOR=10.7.7.7|203.0.113.9",
        "for=\"20\\3.0.113.9\"|203.0.113.9",
        "for=_gazonk|unknown",
        "by=10.0.0.1, for=unknown|unknown",
      })
  void theStandardHeaderIsReadWhereTheUsualOneIsAbsent(String value, String client) {
    assertThat(seen("10.0.0.1", "Forwarded: " + value)).isEqualTo(client);
  }

  @Test
  void aHopThatDoesNotSayForWhomEndsTheWay() {
    Sender client = read("127.0.0.1", "Forwarded: for=1.1.1.1, proto=https");
    assertThat(client.address()).isNull();
    assertThat(client.local()).isFalse();
    assertThat(client.scheme()).isEqualTo("https");
  }

  @Test
  void theUsualHeaderWinsOverTheStandardOneWhichItsWritersHandOn() {
    Sender client =
        read(
            "10.0.0.1",
            "Forwarded: for=198.51.100.7;host=evil.example;proto=http",
            "X-Forwarded-For: 203.0.113.9",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: chat.example");
    assertThat(client)
        .isEqualTo(
            new Sender(address("203.0.113.9"), false, "203.0.113.9", "https", "chat.example"));
  }

  @Test
  void schemeAndHostOfTheClientsOwnHopCount() {
    Sender client =
        read("10.0.0.1", "Forwarded: for=203.0.113.9;proto=https;host=a.example, for=10.1.1.1");
    assertThat(client.scheme()).isEqualTo("https");
    assertThat(client.host()).isEqualTo("a.example");
  }

  @Test
  void ofSeveralSchemesAndHostsTheNearestProxysCounts() {
    Sender client =
        read("10.0.0.1", "X-Forwarded-Proto: http, WSS", "X-Forwarded-Host: evil, chat.example");
    assertThat(client.scheme()).isEqualTo("https");
    assertThat(client.host()).isEqualTo("chat.example");
  }

  @Test
  void whatStrangersSayIsIgnored() {
    Sender client =
        read(
            "198.51.100.1",
            "X-Forwarded-For: 127.0.0.1",
            "X-Forwarded-Host: localhost",
            "X-Forwarded-Proto: https",
            "Forwarded: \"");
    assertThat(client)
        .isEqualTo(new Sender(address("198.51.100.1"), false, "198.51.100.1:4711", null, null));
  }

  @Test
  void onlyWhoCameThroughNothingButThisMachineIsLocal() {
    assertThat(read("127.0.0.1").local()).isTrue();
    assertThat(read("127.0.0.1", "X-Forwarded-For: 127.0.0.1").local()).isTrue();
    assertThat(read("127.0.0.1", "X-Forwarded-For: ::1").local()).isTrue();
    assertThat(read("127.0.0.1", "X-Forwarded-For: 127.0.0.1, 10.1.1.1").local()).isFalse();
    assertThat(read("10.0.0.1", "X-Forwarded-For: 127.0.0.1").local()).isFalse();
    assertThat(read("127.0.0.1", "X-Forwarded-For: 203.0.113.9").local()).isFalse();
    assertThat(read("127.0.0.1", "X-Forwarded-For: unknown").local()).isFalse();
    assertThat(read("127.0.0.1", "Via: 1.1 proxy").local()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"})
  void aStrangerBehindAnUnknownProxyOnThisMachineIsAStranger(String header) {
    Proxies none = proxies();
    InetSocketAddress peer = new InetSocketAddress(address("127.0.0.1"), 4711);
    assertThat(none.read(peer, headers(header + ": 127.0.0.1")).local()).isFalse();
    assertThat(none.read(peer, headers()).local()).isTrue();
  }

  @Test
  void anUnknownProxyOnThisMachineIsWarnedOfOnce() {
    AtomicInteger warnings = new AtomicInteger();
    Proxies none = new Proxies(List.of(), false, warnings::incrementAndGet);
    InetSocketAddress local = new InetSocketAddress(address("127.0.0.1"), 4711);
    none.read(local, headers());
    none.read(new InetSocketAddress(address("198.51.100.1"), 1), headers("X-Forwarded-For: ::1"));
    assertThat(warnings).hasValue(0);
    none.read(local, headers("X-Forwarded-For: 203.0.113.9"));
    none.read(local, headers("X-Forwarded-For: 203.0.113.9"));
    assertThat(warnings).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.0.0.0/8, ::ffff:10.0.0.1, true",
    "::ffff:10.0.0.0/104, 10.0.0.1, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 203.0.113.9, false",
    "fd00::/8, fdff::1, true",
    "fd00::/8, fe00::1, false",
    "2001:db8::/65, 2001:db8::7fff:ffff:ffff:ffff, true",
    "2001:db8::/65, 2001:db8::8000:0:0:0, false",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "::1, ::1, true",
  })
  void aRangeHoldsItsAddresses(String range, String address, boolean holds) throws Exception {
    InetAddress one =
        address.startsWith("::ffff:")
            ? InetAddress.getByAddress(mapped(address.substring(7)))
            : address(address);
    assertThat(Network.parse(range).holds(one)).isEqualTo(holds);
  }

  /** Sixteen bytes, as the native transport hands them over. */
  private static byte[] mapped(String ipv4) {
    byte[] bytes = new byte[16];
    bytes[10] = -1;
    bytes[11] = -1;
    System.arraycopy(address(ipv4).getAddress(), 0, bytes, 12, 4);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "proxy.example",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0/8",
        "fd00::/129",
        "fd00::1/8",
        "[::1]",
        "fe80::1%eth0",
      })
  void whatIsNoRangeIsSaidToBeNone(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void trustIsWholeOrNot() {
    assertThat(proxies.trusts(address("10.0.0.1"))).isTrue();
    assertThat(proxies.trusts(address("192.0.2.1"))).isFalse();
    assertThat(proxies.trusts(null)).isFalse();
    assertThat(List.of(proxies().trusts(address("127.0.0.1")))).containsExactly(false);
  }
}
