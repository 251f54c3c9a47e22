package io.sluice.core.log;

import io.sluice.model.Publication;

/**
 * Who knows the state that a channel's publications make up.
 *
 * <p>Thread: any.
 */
public interface StateSource {
  /**
   * What the newest state that is in the log has and an earlier one had not, as one publication.
   *
   * @param from the offset up to which the reader has everything; 0 for nothing
   * @return its offset is that of the newest publication it holds, never beyond the log's head
   */
  Publication since(long from);
}
