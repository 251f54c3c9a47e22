/**
 * A person's hands on the server: one class for each command, and what all commands share.
 *
 * <p>Owner: the main thread. May import everything; nothing imports it. Exit codes are 0 for done,
 * 1 for failed and 2 for wrong usage; what goes wrong is one line on standard error. Start reading
 * at {@link io.sluice.cli.Main}.
 */
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;
