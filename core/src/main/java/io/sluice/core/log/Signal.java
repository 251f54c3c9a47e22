package io.sluice.core.log;

/**
 * What a log raises when it has grown: one lane's interest in one channel. It carries nothing, so
 * signals may come in any order, twice, or merge.
 *
 * <p>Thread: any.
 */
@FunctionalInterface
public interface Signal {
  /** Something was appended. Never blocks, never throws. */
  void raise();
}
