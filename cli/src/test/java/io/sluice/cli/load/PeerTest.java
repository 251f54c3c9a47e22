package io.sluice.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {
  private final ByteBuffer shared = ByteBuffer.allocateDirect(64 << 10);
  private final Tally tally = new Tally();
  private ServerSocketChannel listener;
  private SocketChannel server;
  private Peer peer;

  @BeforeEach
  void connect() throws IOException {
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    SocketChannel client = SocketChannel.open(listener.getLocalAddress());
    server = listener.accept();
    peer = new Peer(client, "a", tally);
    tally.beginAt(0);
  }

  @AfterEach
  void hangUp() throws IOException {
    peer.close();
    server.close();
    listener.close();
  }

  private static byte[] frame(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x81);
    if (payload.length < 126) {
      out.write(payload.length);
    } else {
      out.write(126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static byte[] conversation() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("HTTP/1.1 101 Yes\r\nA: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(frame("{\"type\":\"connected\"}"));
    out.writeBytes(frame("{\"type\":\"subscribed\",\"channel\":\"a\"}"));
    for (int i = 0; i < 3; i++) {
      String pad = "x".repeat(60 * i);
      out.writeBytes(
          frame(
              "{\"type\":\"message\",\"data\":{\"t\":100000000000000"
                  + i
                  + ",\"pad\":\""
                  + pad
                  + "\"}}"));
    }
    out.writeBytes(frame("{\"type\":\"error\",\"code\":\"busy\"}"));
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 50, 10_000})
  void howeverItIsCutTheSameIsUnderstood(int piece) throws IOException {
    byte[] all = conversation();
    for (int at = 0; at < all.length; at += piece) {
      server.write(ByteBuffer.wrap(all, at, Math.min(piece, all.length - at)));
      peer.read(shared);
    }
    assertThat(peer.stage()).isEqualTo(Peer.Stage.READY);
    assertThat(tally.deliveries()).isEqualTo(3);
    assertThat(tally.refusals()).isEqualTo(1);
    assertThat(tally.firstRefusal()).contains("busy");
  }

  @Test
  void aRefusalIsToldInTheServersWords() throws IOException {
    server.write(ByteBuffer.wrap("HTTP/1.1 429 Slow\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    assertThatThrownBy(() -> peer.read(shared))
        .isInstanceOf(IOException.class)
        .hasMessage("the server refused: HTTP/1.1 429 Slow");
  }

  @Test
  void aServerThatGoesIsNoticed() throws IOException {
    server.close();
    assertThatThrownBy(() -> peer.read(shared)).isInstanceOf(IOException.class);
  }
}
