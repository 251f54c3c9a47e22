/**
 * The Java client: connects, subscribes, publishes, and comes back by itself.
 *
 * <p>A program uses {@link io.sluice.client.SluiceClient}. Behind it stands {@code Engine}, which
 * decides everything and knows neither socket, thread nor clock: events go in with the moment they
 * happened, orders come out through {@code Hands}. {@code Driver} carries out the orders. How a
 * connection comes to stand, and the socket, are those of {@code client.line}, which all protocols
 * share. Imported: the JDK, {@code model}, {@code protocol} and {@code client.line}. Start reading
 * at the client, then at {@code Engine}.
 */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
