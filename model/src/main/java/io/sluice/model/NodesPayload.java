package io.sluice.model;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as the data of a publication: a protocol with a form for nodes reads the columns, whoever
 * asks for bytes gets {@code {"nodes":[…]}}. Immutable, for any thread; its JSON is made by whoever
 * asks first.
 *
 * <p>It counts as its columns only. The JSON is several times as large and seldom asked for, so it
 * is held for as long as the collector lets it: who encodes the same publication in several forms
 * does so at once.
 */
public final class NodesPayload implements Payload {
  /** About what a node takes in JSON. */
  private static final int NODE_CHARACTERS = 180;

  private final NodeBatch nodes;
  private volatile @Nullable WeakReference<byte[]> json;

  /** These nodes, which are sealed by it. */
  public NodesPayload(NodeBatch nodes) {
    this.nodes = nodes.seal();
  }

  /** The nodes. */
  public NodeBatch nodes() {
    return nodes;
  }

  @Override
  public byte[] bytes() {
    WeakReference<byte[]> held = json;
    byte[] known = held == null ? null : held.get();
    if (known == null) {
      known = print();
      json = new WeakReference<>(known);
    }
    return known;
  }

  private byte[] print() {
    StringBuilder text = new StringBuilder(16 + NODE_CHARACTERS * nodes.size());
    text.append("{\"nodes\":[");
    for (int i = 0; i < nodes.size(); i++) {
      if (i > 0) {
        text.append(',');
      }
      nodes.print(i, text);
    }
    return text.append("]}").toString().getBytes(US_ASCII);
  }

  @Override
  public int retainedBytes() {
    return nodes.size() * NodeBatch.NODE_BYTES;
  }

  /** None: nodes are not filtered by. */
  @Override
  public Fields readFields() {
    return Fields.NONE;
  }
}
