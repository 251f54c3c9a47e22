/**
 * The Java client: connects, subscribes, publishes, and comes back by itself.
 *
 * <p>A program uses {@link io.sluice.client.SluiceClient}. Behind it stands {@code Engine}, which
 * decides everything and knows neither socket, thread nor clock: events go in with the moment they
 * happened, orders come out through {@code Hands}. {@code Driver} is its owner: it takes the events
 * one after another and carries out the orders; {@code JdkTransport} is the JDK's WebSocket and
 * nothing more. Imported: the JDK, {@code model} and {@code protocol}. Start reading at the client,
 * then at {@code Engine}.
 */
@NullMarked
package io.sluice.client;

import org.jspecify.annotations.NullMarked;
