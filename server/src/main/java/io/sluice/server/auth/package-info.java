/**
 * Tokens become identities here: JSON Web Tokens are checked against secrets, a key file or a key
 * server, and issued for the {@code token} command.
 *
 * <p>Owner: everything is immutable but {@link io.sluice.server.auth.CachedKeys}, which guards
 * itself. Imports {@code model}, the gateway's port {@link io.sluice.gateway.TokenVerifier}, the
 * JDK's cryptography and a strict JSON reader; no token library, because the JDK has every
 * algorithm and what is left is smaller than the adapter would be. Nothing here logs a token.
 *
 * <p>Start reading at {@link io.sluice.server.auth.JwtVerifier}, which lists the way of a token,
 * then {@link io.sluice.server.auth.Claims}.
 */
@NullMarked
package io.sluice.server.auth;

import org.jspecify.annotations.NullMarked;
