/**
 * A graph to look at: made from a seed, laid out by forces, and never quite at rest.
 *
 * <pre>
 *   SmallWorld ─► DemoGraph ─ GraphCommand ─► Graphs
 *                   │  ▲ positions
 *                   ▼  │
 *               ForceLayout ─► Octree   springs along links, repulsion of all from all
 * </pre>
 *
 * <p>Owner: whoever drives it, one thread at a time; nothing here has a thread or a clock.
 *
 * <p>May import: {@code services.graph}, {@code model}. Start reading at {@link
 * io.sluice.services.graph.demo.DemoGraph#tick}.
 */
@NullMarked
package io.sluice.services.graph.demo;

import org.jspecify.annotations.NullMarked;
