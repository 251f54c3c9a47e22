/**
 * Tokens become identities here: JSON Web Tokens are checked against secrets, a key file or a key
 * server, and issued for the {@code token} command.
 *
 * <p>Owner: everything is immutable but {@link io.sluice.server.auth.CachedKeys}, which guards
 * itself. Imports {@code model}, the gateway's port {@link io.sluice.gateway.TokenVerifier}, Nimbus
 * JOSE for signatures and keys, and a strict JSON reader for what a stranger wrote. The JDK reads
 * PEM and checks Ed25519. Nothing here logs a token.
 *
 * <p>Start reading at {@link io.sluice.server.auth.JwtVerifier}, which lists the way of a token,
 * then {@link io.sluice.server.auth.Claims}.
 */
@NullMarked
package io.sluice.server.auth;

import org.jspecify.annotations.NullMarked;
