/**
 * TLS in front of everything else: certificates and keys from PEM files, one handler per
 * connection, and what went wrong before anybody could be answered.
 *
 * <p>Owner: a {@link io.sluice.gateway.tls.Tls} is shared by all event loops; the handlers it makes
 * belong to their connection's.
 *
 * <p>May import: {@code gateway}'s counters and Netty. It writes nothing itself: what is to be said
 * comes from {@code gateway.http} and {@code gateway.wire}, through Netty's {@code SslHandler}.
 *
 * <p>Start reading at {@link io.sluice.gateway.tls.Tls#secure}.
 */
@NullMarked
package io.sluice.gateway.tls;

import org.jspecify.annotations.NullMarked;
