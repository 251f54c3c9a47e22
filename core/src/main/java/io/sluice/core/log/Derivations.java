package io.sluice.core.log;

import io.sluice.model.Fields;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What one log remembers beside its publications: frames, one per form, and fields. Each is made
 * once, by whoever asks first, and forgotten oldest first when the bound is passed; the newest
 * always stays. Guarded by its own lock, which is never taken under the log's: encoding a large
 * publication must not hold up its publishers.
 */
final class Derivations {
  /** Heap of an array header and a node. */
  private static final int NODE_BYTES = 48;

  private final long limit;
  private long bytes;
  private @Nullable Entry oldest;
  private @Nullable Entry newest;

  Derivations(long limit) {
    this.limit = limit;
  }

  /** The publication in this form, encoded now if it was not yet. Any thread. */
  Frame frame(Entry entry, Form form) {
    Object known = entry.remembered(form);
    return known != null ? (Frame) known : encode(entry, form);
  }

  /** The publication's fields, read now if they were not yet. Any thread. */
  Fields fields(Entry entry) {
    Object known = entry.remembered(null);
    return known != null ? (Fields) known : readFields(entry);
  }

  private synchronized Frame encode(Entry entry, Form form) {
    Object known = entry.remembered(form);
    if (known != null) {
      return (Frame) known;
    }
    Frame frame = form.encode(entry.publication());
    remember(entry, form, frame, frame.bytes().length);
    return frame;
  }

  private synchronized Fields readFields(Entry entry) {
    Object known = entry.remembered(null);
    if (known != null) {
      return (Fields) known;
    }
    Fields fields = entry.publication().draft().payload().readFields();
    remember(entry, null, fields, fields.retainedBytes());
    return fields;
  }

  @SuppressWarnings("ReferenceEquality") // The same entry, not an equal one.
  private void remember(Entry entry, @Nullable Form form, Object value, int size) {
    if (entry.forgotten) {
      // A reader holds it past its eviction: nobody would ever let go of what is linked now.
      return;
    }
    entry.derived = new Entry.Node(form, value, entry.derived);
    if (entry.derivedBytes == 0) {
      link(entry);
    }
    entry.derivedBytes += size + NODE_BYTES;
    bytes += size + NODE_BYTES;
    while (bytes > limit && oldest != null && oldest != newest) {
      drop(oldest);
    }
  }

  /** Forgets what was derived from a chain of evicted entries. */
  synchronized void forget(Entry evicted) {
    Entry entry = evicted;
    while (entry != null) {
      entry.forgotten = true;
      if (entry.derivedBytes != 0) {
        drop(entry);
      }
      // The chain is cut: whoever still holds one entry must not hold all that went with it.
      Entry next = entry.evicted;
      entry.evicted = null;
      entry = next;
    }
  }

  /** Bytes remembered now. */
  synchronized long bytes() {
    return bytes;
  }

  private void link(Entry entry) {
    entry.older = newest;
    if (newest == null) {
      oldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
  }

  private void drop(Entry entry) {
    bytes -= entry.derivedBytes;
    entry.derivedBytes = 0;
    entry.derived = null;
    if (entry.older == null) {
      oldest = entry.newer;
    } else {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
    entry.older = null;
    entry.newer = null;
  }
}
