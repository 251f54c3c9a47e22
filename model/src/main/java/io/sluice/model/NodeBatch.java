package io.sluice.model;

import java.util.Arrays;

/**
 * Nodes of a graph, column by column, so that none of them is an object. Owned by whoever fills it,
 * one thread at a time; once {@link #seal sealed} it is never written again, and anybody's.
 *
 * <p>What is in it is not judged here: numbers out of range, repeated ones and what is not finite
 * are refused by whoever takes it.
 */
public final class NodeBatch {
  /** The largest number a node may have; the smallest is 0. */
  public static final int MAX_ID = (1 << 30) - 1;

  /** The distance of what cannot be reached, or has not been looked for. */
  public static final float UNREACHABLE = Float.POSITIVE_INFINITY;

  /** The parent of what has none: the source, and what it cannot reach. */
  public static final int NO_PARENT = -1;

  /** What one node takes in all columns together. */
  public static final int NODE_BYTES = 37;

  private static final int FIRST_CAPACITY = 64;

  private final int limit;
  private int size;
  private boolean isSealed;
  private int[] id;
  private byte[] kind;
  private float[] x;
  private float[] y;
  private float[] z;
  private float[] vx;
  private float[] vy;
  private float[] vz;
  private float[] distance;
  private int[] parent;

  /**
   * An empty batch, with room for a few.
   *
   * @param limit it grows up to so many nodes
   */
  public NodeBatch(int limit) {
    this(limit, FIRST_CAPACITY);
  }

  /**
   * An empty batch.
   *
   * @param limit it grows up to so many nodes
   * @param expected and has room for so many from the beginning
   */
  public NodeBatch(int limit, int expected) {
    this.limit = limit;
    int capacity = Math.min(expected, limit);
    id = new int[capacity];
    kind = new byte[capacity];
    x = new float[capacity];
    y = new float[capacity];
    z = new float[capacity];
    vx = new float[capacity];
    vy = new float[capacity];
    vz = new float[capacity];
    distance = new float[capacity];
    parent = new int[capacity];
  }

  /** How many nodes are in it. */
  public int size() {
    return size;
  }

  /** It grows up to so many nodes. */
  public int limit() {
    return limit;
  }

  /** Whether it holds as many as it may. */
  public boolean isFull() {
    return size == limit;
  }

  /** Empties it, to be filled again. */
  public void clear() {
    checkOpen();
    size = 0;
  }

  /** Says that nobody will write to it any more. */
  public NodeBatch seal() {
    isSealed = true;
    return this;
  }

  /** Another of the same nodes, which may be written. */
  public NodeBatch copy() {
    NodeBatch copy = new NodeBatch(limit, size);
    for (int i = 0; i < size; i++) {
      copy.add(this, i);
    }
    return copy;
  }

  private void checkOpen() {
    if (isSealed) {
      throw new IllegalStateException("sealed");
    }
  }

  /** Adds a node of another batch. */
  public void add(NodeBatch other, int index) {
    set(place(other.id[index], other.kind[index]), other, index);
  }

  /** Puts a node of another batch in the place of one of this. */
  public void set(int at, NodeBatch other, int index) {
    checkOpen();
    id[at] = other.id[index];
    kind[at] = other.kind[index];
    x[at] = other.x[index];
    y[at] = other.y[index];
    z[at] = other.z[index];
    vx[at] = other.vx[index];
    vy[at] = other.vy[index];
    vz[at] = other.vz[index];
    distance[at] = other.distance[index];
    parent[at] = other.parent[index];
  }

  /**
   * Adds a node at the origin, at rest, to which no path is known.
   *
   * @return its index, by which the rest is set
   * @throws IllegalStateException if it is full, or sealed
   */
  public int add(int number, NodeKind of) {
    int at = place(number, (byte) of.number());
    setPosition(at, 0, 0, 0);
    setVelocity(at, 0, 0, 0);
    setPath(at, UNREACHABLE, NO_PARENT);
    return at;
  }

  private int place(int number, byte kindNumber) {
    checkOpen();
    if (isFull()) {
      throw new IllegalStateException("full");
    }
    reserve(size + 1);
    id[size] = number;
    kind[size] = kindNumber;
    return size++;
  }

  /** Where a node is, in units of the world. */
  public void setPosition(int index, float toX, float toY, float toZ) {
    checkOpen();
    x[index] = toX;
    y[index] = toY;
    z[index] = toZ;
  }

  /** How fast a node moves, in units a second. */
  public void setVelocity(int index, float toX, float toY, float toZ) {
    checkOpen();
    vx[index] = toX;
    vy[index] = toY;
    vz[index] = toZ;
  }

  /**
   * How a node is reached from the source of shortest paths.
   *
   * @param length 0 for the source itself, +Infinity if there is no path
   * @param before the node before it on the way; {@link #NO_PARENT} for both of these
   */
  public void setPath(int index, float length, int before) {
    checkOpen();
    distance[index] = length;
    parent[index] = before;
  }

  /**
   * Makes room for so many nodes in all.
   *
   * @throws IllegalArgumentException if that is more than the limit
   */
  public void reserve(int nodes) {
    checkOpen();
    if (nodes > limit) {
      throw new IllegalArgumentException("%d nodes are more than %d".formatted(nodes, limit));
    }
    if (nodes > id.length) {
      grow((int) Math.min(limit, Math.max(nodes, Math.max(FIRST_CAPACITY, 2L * id.length))));
    }
  }

  /** Has so many nodes from now on; what new ones are is what was written into the columns. */
  public void resize(int nodes) {
    reserve(nodes);
    size = nodes;
  }

  private void grow(int more) {
    id = Arrays.copyOf(id, more);
    kind = Arrays.copyOf(kind, more);
    x = Arrays.copyOf(x, more);
    y = Arrays.copyOf(y, more);
    z = Arrays.copyOf(z, more);
    vx = Arrays.copyOf(vx, more);
    vy = Arrays.copyOf(vy, more);
    vz = Arrays.copyOf(vz, more);
    distance = Arrays.copyOf(distance, more);
    parent = Arrays.copyOf(parent, more);
  }

  /** A node's number. */
  public int id(int index) {
    return id[index];
  }

  /** What it stands for. */
  public NodeKind kind(int index) {
    return NodeKind.of(kind[index]);
  }

  /** Its position. */
  public float x(int index) {
    return x[index];
  }

  /** Its position. */
  public float y(int index) {
    return y[index];
  }

  /** Its position. */
  public float z(int index) {
    return z[index];
  }

  /** Its velocity. */
  public float vx(int index) {
    return vx[index];
  }

  /** Its velocity. */
  public float vy(int index) {
    return vy[index];
  }

  /** Its velocity. */
  public float vz(int index) {
    return vz[index];
  }

  /** How far it is from the source. */
  public float distance(int index) {
    return distance[index];
  }

  /** The node before it on the way from the source. */
  public int parent(int index) {
    return parent[index];
  }

  /** Whether position and velocity are all finite. */
  public boolean isFinite(int index) {
    // Nothing times what is finite is nothing; times an infinity, or NaN, it is NaN.
    float place = 0 * x[index] + 0 * y[index] + 0 * z[index];
    return place + 0 * vx[index] + 0 * vy[index] + 0 * vz[index] == 0;
  }

  /** Writes a node as a JSON object; a distance that is infinite is {@code null} there. */
  public void print(int index, StringBuilder to) {
    to.append("{\"id\":").append(id[index]);
    to.append(",\"kind\":\"").append(kind(index).text()).append('"');
    print("position", x[index], y[index], z[index], to);
    print("velocity", vx[index], vy[index], vz[index], to);
    to.append(",\"sssp_distance\":");
    if (distance[index] == Float.POSITIVE_INFINITY) {
      to.append("null");
    } else {
      to.append(distance[index]);
    }
    to.append(",\"sssp_parent\":").append(parent[index]).append('}');
  }

  private static void print(String name, float x, float y, float z, StringBuilder to) {
    to.append(",\"").append(name).append("\":{\"x\":").append(x);
    to.append(",\"y\":").append(y).append(",\"z\":").append(z).append('}');
  }

  // The columns themselves, for whoever reads or writes them by the thousand. They are the batch's
  // own: what adds nodes may replace them, and behind the last node they mean nothing.

  /** The column of numbers, 0 to {@link #MAX_ID}. */
  public int[] ids() {
    return id;
  }

  /** The column of kinds, by {@link NodeKind#number}. */
  public byte[] kinds() {
    return kind;
  }

  /** A column of positions. */
  public float[] x() {
    return x;
  }

  /** A column of positions. */
  public float[] y() {
    return y;
  }

  /** A column of positions. */
  public float[] z() {
    return z;
  }

  /** A column of velocities. */
  public float[] vx() {
    return vx;
  }

  /** A column of velocities. */
  public float[] vy() {
    return vy;
  }

  /** A column of velocities. */
  public float[] vz() {
    return vz;
  }

  /** The column of distances from the source. */
  public float[] distances() {
    return distance;
  }

  /** The column of the nodes before them on the shortest way. */
  public int[] parents() {
    return parent;
  }
}
