/**
 * The REST API: what a program without a socket asks of the server, one HTTP request at a time.
 *
 * <p>Owner: nobody; every class is immutable or safe from any thread, because requests come in on
 * all event loops. What belongs to a lane is asked for through a port and answered later.
 *
 * <p>May import: {@code core} (the broker, the meter), {@code gateway} with {@code gateway.http},
 * {@code protocol} for its strict JSON and for what a publication looks like, {@code model}.
 * Nothing of {@code server}.
 *
 * <p>Start reading at {@link io.sluice.admin.RestApi#routes}: the table of contents. Each line
 * names a {@link io.sluice.admin.Call}; {@link io.sluice.admin.Authenticator} says who calls.
 */
@NullMarked
package io.sluice.admin;

import org.jspecify.annotations.NullMarked;
