package io.sluice.model;

/**
 * All limits of VisionFlow by their names: {@code visionflow.nodes} in configuration is {@code
 * nodes()} here. What happens at each bound stands at its parameter.
 *
 * @param nodes a message brings at most so many nodes; beyond it {@code too_many_nodes}
 * @param inflatedBytes a payload inflates to at most so many bytes; beyond it {@code too_large}
 * @param inflateRatio a payload inflates to at most so many times its size, 4 KiB always; beyond it
 *     {@code too_large}
 */
public record VisionFlowLimits(int nodes, int inflatedBytes, int inflateRatio) {
  /** 100,000 nodes, which fit into 4 MiB; a hundred times the size. */
  public static final VisionFlowLimits DEFAULTS = new VisionFlowLimits(100_000, 4 << 20, 100);
}
