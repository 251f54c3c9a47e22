package io.sluice.core.log;

import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What readers of a channel's state are given instead of all they have missed: the difference
 * between two of its versions, made once for all who stand at the same one. Guarded by its own
 * lock.
 *
 * <p>Differences are to the newest version, so they are forgotten when there is a newer, and oldest
 * first when they are more than the channel may remember beside its publications.
 */
public final class StateLog {
  private final StateSource source;
  private final long limit;
  private final Derivations frames;

  /** By the version they begin behind. */
  private final Map<Long, Entry> differences = new LinkedHashMap<>();

  private long bytes;
  private long newest;

  StateLog(StateSource source, long limit) {
    this.source = source;
    this.limit = limit;
    this.frames = new Derivations(limit);
  }

  /**
   * What a reader has missed, up to the newest version or nearly.
   *
   * @param from the offset up to which it has everything; 0 for nothing
   * @param head the log's, read before
   * @return of the version it brings the reader to; that may be from, if nothing newer is known yet
   */
  public synchronized Entry since(long from, long head) {
    if (newest != head) {
      forgetAll();
      newest = head;
    }
    Entry known = differences.get(from);
    if (known != null) {
      return known;
    }
    Entry made = new Entry(source.since(from));
    // What is not up to date is for who asked: the next may hear of more.
    if (made.offset() >= head) {
      remember(from, made);
    }
    return made;
  }

  /** A difference in this form: encoded once, whoever asks. */
  public Frame frame(Entry difference, Form form) {
    return frames.frame(difference, form);
  }

  private void remember(long from, Entry difference) {
    differences.put(from, difference);
    bytes += size(difference);
    Iterator<Entry> oldest = differences.values().iterator();
    while (bytes > limit && differences.size() > 1) {
      Entry gone = oldest.next();
      oldest.remove();
      bytes -= size(gone);
      frames.forget(gone);
    }
  }

  private void forgetAll() {
    differences.values().forEach(frames::forget);
    differences.clear();
    bytes = 0;
  }

  private static int size(Entry difference) {
    Publication publication = difference.publication();
    return publication.retainedBytes();
  }

  /** Bytes of differences and of frames of them remembered now. */
  public synchronized long retainedBytes() {
    return bytes + frames.bytes();
  }
}
