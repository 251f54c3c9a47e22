/**
 * What the founding documents build on channels: for now, the telemetry of the server itself.
 *
 * <p>Owner: whoever drives it, one thread at a time; nothing here has a thread or a clock.
 *
 * <p>May import: {@code core} (the broker), {@code model}. Start reading at {@link
 * io.sluice.services.Telemetry#tick}.
 */
@NullMarked
package io.sluice.services;

import org.jspecify.annotations.NullMarked;
