/**
 * Shows what the house counts: as Prometheus reads it, and as JSON.
 *
 * <p>Owner: any thread; {@link io.sluice.server.metrics.Metrics} guards itself. Imports the meters
 * of {@code core} and {@code gateway}, and Micrometer. Nothing is counted here, only read, so that
 * a figure costs nothing until somebody asks for it.
 *
 * <p>Start reading at {@link io.sluice.server.metrics.Figures}.
 */
@NullMarked
package io.sluice.server.metrics;

import org.jspecify.annotations.NullMarked;
