package io.sluice.protocol.haip;

import io.sluice.model.Publication;
import org.jspecify.annotations.Nullable;

/**
 * A publication as every receiver of one grammar gets it, behind the head of its own. Immutable.
 *
 * @param type what it is
 * @param text everything behind the head's last comma, the closing bracket included
 * @param binary the frame that goes directly behind it, if it is binary to this grammar
 * @param units its size in the seed's dialect, without the binary frame
 * @param media what it carries, in bytes, if it is media: its size in the official dialect; else -1
 */
// The bytes are shared, not compared.
@SuppressWarnings("ArrayRecordComponent")
public record HaipTail(
    HaipEvent type, byte[] text, byte @Nullable [] binary, int units, int media) {
  /** Said by {@link #media} of what is no media. */
  static final int NO_MEDIA = -1;

  /**
   * Writes a publication.
   *
   * @param epoch of the log that numbered it: what needs an id gets one that is always the same
   */
  public static HaipTail of(Publication publication, String epoch, HaipGrammar grammar) {
    return HaipTailWriter.write(publication, epoch, grammar);
  }

  /** What it costs a receiver of this dialect, under a head of so many bytes; 0 if it is exempt. */
  public int cost(HaipDialect dialect, int headBytes) {
    if (type.isExempt()) {
      return 0;
    }
    int behind = binary == null ? 0 : binary.length;
    return switch (dialect) {
      case SEED -> Math.max(1, units + behind);
      case OFFICIAL, NONE ->
          media == NO_MEDIA ? headBytes + text.length + behind : Math.max(1, media);
    };
  }
}
