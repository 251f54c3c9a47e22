/**
 * Puts a load on a running server over plain sockets, and measures what it does: how late each
 * delivery is, counted from when its publication was due.
 *
 * <p>Owner: the command's thread starts two threads, one that sends and one that reads; each class
 * says which of them it belongs to. Imports nothing of ours. Start reading at {@link
 * io.sluice.cli.load.Load}.
 */
@NullMarked
package io.sluice.cli.load;

import org.jspecify.annotations.NullMarked;
