/**
 * Reads the configuration, builds the house in one place, starts and stops it in order.
 *
 * <p>Owner: whoever starts the server. May import every product room. Three lines embed a server:
 *
 * <pre>{@code
 * try (Sluice sluice = Sluice.listen(8080)) {
 *   sluice.awaitClose();
 * }
 * }</pre>
 *
 * <p>Start reading at {@link io.sluice.server.Sluice}, the one place that says {@code new}.
 */
@NullMarked
package io.sluice.server;

import org.jspecify.annotations.NullMarked;
