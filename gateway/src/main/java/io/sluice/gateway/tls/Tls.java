package io.sluice.gateway.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.Gathering;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;

/**
 * Puts TLS 1.3 or 1.2 before connections, through the JDK. Shared by all event loops, safe from any
 * thread: what changes is one volatile reference.
 *
 * <p>The dear part of a handshake, a signature, is made on threads of its own, so that a flood of
 * handshakes takes nothing from those who are connected but their share of the processor. At most
 * one task waits for each connection, so {@code limits.connections.total} bounds them.
 */
public final class Tls implements AutoCloseable {
  private static final int REMEMBERED_SESSIONS = 4_096;
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final ExecutorService handshakes =
      Executors.newFixedThreadPool(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          new DefaultThreadFactory("sluice-tls", true));
  private final Duration patience;
  private volatile SslContext current;

  /**
   * Speaks for this identity.
   *
   * @param patience how long the last words of a connection may take to leave
   * @throws SSLException if the JDK cannot use it
   */
  public Tls(PemIdentity identity, Duration patience) throws SSLException {
    this.patience = patience;
    this.current = context(identity);
  }

  private static SslContext context(PemIdentity identity) throws SSLException {
    return SslContextBuilder.forServer(
            identity.key(), identity.chain().toArray(X509Certificate[]::new))
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(CIPHERS)
        .sessionCacheSize(REMEMBERED_SESSIONS)
        .build();
  }

  /**
   * Speaks for another identity from the next connection on; those that stand keep theirs.
   *
   * @throws SSLException if the JDK cannot use it; then nothing has changed
   */
  public void renew(PemIdentity identity) throws SSLException {
    current = context(identity);
  }

  /**
   * Puts TLS before everything that will be added to the channel's pipeline. The handshake has no
   * clock of its own: whoever waits for the first request ends it, through {@link #isShaking}.
   */
  public void secure(Channel channel, GatewayMeter meter) {
    SslHandler handler = current.newHandler(channel.alloc(), handshakes);
    handler.setHandshakeTimeoutMillis(0);
    handler.setCloseNotifyFlushTimeoutMillis(patience.toMillis());
    handler.setCumulator(Gathering.CUMULATOR);
    channel.pipeline().addLast(handler, new TlsWatch(meter));
  }

  /** Whether the channel's peer has not come to the end of its handshake. */
  public static boolean isShaking(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    return handler != null && !handler.handshakeFuture().isSuccess();
  }

  /** Says that nothing more will come, in TLS first where it is spoken, then to the kernel. */
  public static void hangUp(DuplexChannel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      ChannelFuture _ = channel.shutdownOutput();
      return;
    }
    ChannelFuture _ =
        handler
            .closeOutbound()
            .addListener(
                said -> {
                  ChannelFuture _ = channel.shutdownOutput();
                });
  }

  /** Closes a channel at once, without the farewell that TLS has for it. */
  public static void cut(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    ChannelFuture _ = first == null ? channel.close() : first.close();
  }

  /** Lets go of its threads; to be called when no connection is left. */
  @Override
  public void close() {
    handshakes.shutdownNow();
  }
}
