package io.sluice.cli.load;

import org.jspecify.annotations.Nullable;

/**
 * What the server's process has cost.
 *
 * @param cpuNanos processor time since it started
 * @param residentBytes memory it holds; 0 if that is not told
 * @param source where this is from
 */
public record Sample(long cpuNanos, long residentBytes, String source) {
  /** Where samples come from. */
  public interface Source {
    /** How it is now; null if nobody tells. */
    @Nullable Sample take();
  }
}
