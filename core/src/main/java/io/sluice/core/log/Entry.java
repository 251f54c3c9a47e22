package io.sluice.core.log;

import io.sluice.model.Form;
import io.sluice.model.Publication;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One place in a log: a publication and what has been derived from it so far. Immutable but for its
 * derivations, which {@link Derivations} owns and any thread may read.
 */
public final class Entry {
  private final Publication publication;

  /** Written under the lock of {@link Derivations}; read anywhere, for a node is immutable. */
  @Nullable Node derived;

  /** Bytes the derivations retain; zero when none is remembered. Guarded by Derivations. */
  int derivedBytes;

  /** Neighbours among the entries with derivations, oldest first. Guarded by Derivations. */
  @Nullable Entry older;

  @Nullable Entry newer;

  /** Whether it was evicted, so that nothing is remembered any more. Guarded by Derivations. */
  boolean forgotten;

  /** The next of a chain of entries evicted together. Owned by the thread that evicted them. */
  @Nullable Entry evicted;

  Entry(Publication publication) {
    this.publication = publication;
  }

  /** The publication. */
  public Publication publication() {
    return publication;
  }

  /** The publication's number. */
  public long offset() {
    return publication.offset();
  }

  /** What is remembered for this form, or for the fields if the form is null. */
  @Nullable Object remembered(@Nullable Form form) {
    for (Node node = derived; node != null; node = node.next) {
      if (Objects.equals(node.form, form)) {
        return node.value;
      }
    }
    return null;
  }

  /** One derivation: a frame under its form, or the fields under null. */
  static final class Node {
    final @Nullable Form form;
    final Object value;
    final @Nullable Node next;

    Node(@Nullable Form form, Object value, @Nullable Node next) {
      this.form = form;
      this.value = value;
      this.next = next;
    }
  }
}
