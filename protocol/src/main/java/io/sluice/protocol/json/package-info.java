/**
 * JSON as a wire form reads and writes it: strict, byte for byte, without a tree.
 *
 * <p>{@link io.sluice.protocol.json.JsonScanner} judges a whole message in one pass and says where
 * the values of its top-level members lie; what it has passed is read by {@link
 * io.sluice.protocol.json.JsonCursor}, which trusts it. Data that is only carried becomes a {@link
 * io.sluice.protocol.json.JsonPayload} and is never printed anew. A scanner and a writer belong to
 * one event loop, everything else is immutable or static. Imported: the JDK and {@code model}.
 * Start reading at the scanner.
 */
@NullMarked
package io.sluice.protocol.json;

import org.jspecify.annotations.NullMarked;
