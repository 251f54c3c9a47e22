package io.sluice.services.graph.demo;

import io.sluice.model.NodeKind;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A world of clusters, each a ring with short cuts around one who acts, and some links between
 * them: what it takes for everybody to know everybody by a few. The same for the same seed. Owned
 * by whoever made it.
 */
final class SmallWorld {
  /** About how many nodes are in a cluster. */
  private static final int CLUSTER = 60;

  /** How far linked nodes like to be apart; clusters like more. */
  private static final float NEAR = 10;

  private static final float FAR = 90;

  /** Of ten links beyond the rings, so many stay in their cluster. */
  private static final int STAYING = 9;

  private final SplittableRandom random;
  private final int nodes;
  private final Links links;
  private final Set<Long> joined = new HashSet<>();

  /**
   * A world.
   *
   * @param most how many links there are to be; fewer only if no two nodes are left to join
   */
  SmallWorld(long seed, int nodes, int most) {
    this.random = new SplittableRandom(seed);
    this.nodes = nodes;
    this.links = new Links(most);
    for (int node = 0; node < nodes; node++) {
      join(node, next(node));
    }
    // Pairs are drawn; many draws in vain mean that there are few left.
    for (int draws = 0; draws < 20 * most && links.size() < most; draws++) {
      int node = random.nextInt(nodes);
      join(node, partnerOf(node));
    }
  }

  private void join(int one, int other) {
    if (links.capacity() > links.size() && mark(one, other)) {
      links.add(one, other, restOf(one, other));
    }
  }

  private boolean mark(int one, int other) {
    return one != other && joined.add(key(one, other));
  }

  private static long key(int one, int other) {
    return ((long) Math.min(one, other) << Integer.SIZE) | Math.max(one, other);
  }

  private static float restOf(int one, int other) {
    return clusterOf(one) == clusterOf(other) ? NEAR : FAR;
  }

  static int clusterOf(int node) {
    return node / CLUSTER;
  }

  /** The first node of a cluster. */
  static int hubOf(int cluster) {
    return cluster * CLUSTER;
  }

  int clusters() {
    return (nodes + CLUSTER - 1) / CLUSTER;
  }

  /** How many nodes are in a cluster. */
  int sizeOf(int cluster) {
    return Math.min(CLUSTER, nodes - hubOf(cluster));
  }

  /** The next around the ring of its cluster. */
  private int next(int node) {
    int hub = hubOf(clusterOf(node));
    return hub + (node - hub + 1) % sizeOf(clusterOf(node));
  }

  private int partnerOf(int node) {
    int cluster = clusterOf(node);
    if (random.nextInt(10) >= STAYING) {
      return random.nextInt(nodes);
    }
    int hub = hubOf(cluster);
    return random.nextInt(4) == 0 ? hub : hub + random.nextInt(sizeOf(cluster));
  }

  /** Lets a link lead elsewhere; false, and nothing is done, if there it would be one too many. */
  boolean rewire(int index) {
    int from = links.from(index);
    int to = partnerOf(from);
    if (!mark(from, to)) {
      return false;
    }
    joined.remove(key(from, links.to(index)));
    links.set(index, from, to, restOf(from, to));
    return true;
  }

  Links links() {
    return links;
  }

  int size() {
    return nodes;
  }

  /** Hubs act, and a few more; a third is known. */
  static NodeKind kindOf(int node) {
    if (node % CLUSTER == 0 || node % 17 == 0) {
      return NodeKind.AGENT;
    }
    return node % 3 == 0 ? NodeKind.KNOWLEDGE : NodeKind.PLAIN;
  }
}
