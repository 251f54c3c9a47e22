/**
 * The way to a server, whatever is spoken on it: not for programs, and free to change.
 *
 * <p>{@code Way} decides how a connection comes to stand, is lost, and comes again; {@code
 * Turnstile} lets events into whatever machine owns it, one at a time; {@code Transport} is the
 * socket, and {@code JdkTransport} the JDK's. Owner: each class says whose it is. Imported: the
 * JDK, {@code model} and {@code protocol.json}. Start reading at {@code Way}.
 */
@NullMarked
package io.sluice.client.line;

import org.jspecify.annotations.NullMarked;
