/**
 * The words everyone in Sluice speaks: immutable records, sealed choices, named limits.
 *
 * <p>Nothing here does anything: no thread, socket, clock or logger, and nothing is imported but
 * the JDK and JSpecify. A wire form turns bytes into a {@link io.sluice.model.Command} and an
 * {@link io.sluice.model.Event} into bytes; the core turns the one into the other. Start reading at
 * {@link io.sluice.model.Command}, then {@link io.sluice.model.Publication}, then {@link
 * io.sluice.model.Code}, the one table of everything that can be refused.
 */
@NullMarked
package io.sluice.model;

import org.jspecify.annotations.NullMarked;
