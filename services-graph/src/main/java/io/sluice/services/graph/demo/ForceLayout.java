package io.sluice.services.graph.demo;

import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Finds places for nodes: links pull like springs, all nodes repel each other, and all are drawn a
 * little to the middle. Owned by whoever calls it; time is an argument, and the same seed and steps
 * give the same places.
 *
 * <p>What pulls at many links has more mass, so no node is ever too light for its springs. Nothing
 * is faster than {@link #MOST_SPEED}, nor farther away than {@link #MOST_DISTANCE}.
 */
public final class ForceLayout {
  /** Units a second. */
  public static final float MOST_SPEED = 90;

  /** From the middle, along each axis. */
  public static final float MOST_DISTANCE = 9_000;

  /** A step is never longer than this, in seconds, however late it comes. */
  public static final float LONGEST_STEP = 0.05f;

  private static final float STIFFNESS = 6;
  private static final float REPULSION = 3;
  private static final float SOFTNESS = 4;
  private static final float GRAVITY = 0.2f;
  private static final float DRAG = 1.5f;

  /** Who is slower than this, and is not pulled harder than that, stays where it is. */
  private static final float REST_SPEED = 0.6f;

  private static final float REST_PULL = 4;

  private final Links links;
  private final float[] x;
  private final float[] y;
  private final float[] z;
  private final float[] vx;
  private final float[] vy;
  private final float[] vz;
  private final float[] fx;
  private final float[] fy;
  private final float[] fz;
  private final float[] mass;
  private final Octree octree = new Octree(SOFTNESS);

  /**
   * Nodes at random places.
   *
   * @param nodes how many
   * @param links between them
   */
  public ForceLayout(long seed, int nodes, Links links) {
    this.links = links;
    SplittableRandom random = new SplittableRandom(seed);
    double radius = 10 * Math.cbrt(nodes);
    x = places(random, nodes, radius);
    y = places(random, nodes, radius);
    z = places(random, nodes, radius);
    vx = new float[nodes];
    vy = new float[nodes];
    vz = new float[nodes];
    fx = new float[nodes];
    fy = new float[nodes];
    fz = new float[nodes];
    mass = new float[nodes];
    weigh();
  }

  private static float[] places(SplittableRandom random, int nodes, double radius) {
    float[] places = new float[nodes];
    for (int i = 0; i < nodes; i++) {
      places[i] = (float) random.nextDouble(-radius, radius);
    }
    return places;
  }

  /** To be called when links lead elsewhere. */
  public void weigh() {
    Arrays.fill(mass, 1);
    for (int i = 0; i < links.size(); i++) {
      mass[links.from(i)]++;
      mass[links.to(i)]++;
    }
  }

  /** Puts a node somewhere, at rest. */
  public void place(int node, float toX, float toY, float toZ) {
    x[node] = within(toX);
    y[node] = within(toY);
    z[node] = within(toZ);
    stop(node);
  }

  /** Gives a node a push: so much is added to its velocity, which stays within its bound. */
  public void push(int node, float byX, float byY, float byZ) {
    vx[node] += byX;
    vy[node] += byY;
    vz[node] += byZ;
    slow(node);
  }

  /** Lets so much time pass, in seconds. */
  public void step(float seconds) {
    step(seconds, Set.of());
  }

  /**
   * Lets so much time pass.
   *
   * @param held nodes that stay where they are, whatever pulls at them
   */
  public void step(float seconds, Set<Integer> held) {
    float time = seconds > 0 ? Math.min(seconds, LONGEST_STEP) : 0;
    octree.build(x, y, z);
    for (int node = 0; node < x.length; node++) {
      octree.repel(node);
      fx[node] = REPULSION * octree.forceX() - GRAVITY * x[node];
      fy[node] = REPULSION * octree.forceY() - GRAVITY * y[node];
      fz[node] = REPULSION * octree.forceZ() - GRAVITY * z[node];
    }
    for (int i = 0; i < links.size(); i++) {
      pull(links.from(i), links.to(i), links.rest(i));
    }
    for (int node : held) {
      let(node);
    }
    move(time);
  }

  /** Nothing pulls at it, and it has come to rest. */
  private void let(int node) {
    fx[node] = 0;
    fy[node] = 0;
    fz[node] = 0;
    stop(node);
  }

  private void pull(int from, int to, float rest) {
    float dx = x[to] - x[from];
    float dy = y[to] - y[from];
    float dz = z[to] - z[from];
    float length = (float) Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (length > 0) {
      float strength = STIFFNESS * (length - rest) / length;
      fx[from] += strength * dx;
      fy[from] += strength * dy;
      fz[from] += strength * dz;
      fx[to] -= strength * dx;
      fy[to] -= strength * dy;
      fz[to] -= strength * dz;
    }
  }

  private void move(float time) {
    float kept = (float) Math.exp(-DRAG * time);
    for (int node = 0; node < x.length; node++) {
      if (rests(node)) {
        stop(node);
        continue;
      }
      float share = time / mass[node];
      vx[node] = (vx[node] + fx[node] * share) * kept;
      vy[node] = (vy[node] + fy[node] * share) * kept;
      vz[node] = (vz[node] + fz[node] * share) * kept;
      slow(node);
      x[node] = within(x[node] + vx[node] * time);
      y[node] = within(y[node] + vy[node] * time);
      z[node] = within(z[node] + vz[node] * time);
    }
  }

  private boolean rests(int node) {
    float pull = REST_PULL * mass[node];
    return fx[node] * fx[node] + fy[node] * fy[node] + fz[node] * fz[node] < pull * pull
        && vx[node] * vx[node] + vy[node] * vy[node] + vz[node] * vz[node]
            < REST_SPEED * REST_SPEED;
  }

  private void stop(int node) {
    vx[node] = 0;
    vy[node] = 0;
    vz[node] = 0;
  }

  private static float within(float place) {
    return Float.isNaN(place) ? 0 : Math.clamp(place, -MOST_DISTANCE, MOST_DISTANCE);
  }

  private void slow(int node) {
    float square = vx[node] * vx[node] + vy[node] * vy[node] + vz[node] * vz[node];
    if (!(square <= MOST_SPEED * MOST_SPEED)) {
      // Of what is beyond all numbers no direction is left.
      float factor = Float.isFinite(square) ? MOST_SPEED / (float) Math.sqrt(square) : 0;
      vx[node] = factor == 0 ? 0 : vx[node] * factor;
      vy[node] = factor == 0 ? 0 : vy[node] * factor;
      vz[node] = factor == 0 ? 0 : vz[node] * factor;
    }
  }

  /** How many nodes there are. */
  public int size() {
    return x.length;
  }

  /** Where a node is. */
  public float x(int node) {
    return x[node];
  }

  /** Where a node is. */
  public float y(int node) {
    return y[node];
  }

  /** Where a node is. */
  public float z(int node) {
    return z[node];
  }

  /** How fast it moves. */
  public float vx(int node) {
    return vx[node];
  }

  /** How fast it moves. */
  public float vy(int node) {
    return vy[node];
  }

  /** How fast it moves. */
  public float vz(int node) {
    return vz[node];
  }

  /** What there is of energy, reckoned exactly: for few nodes. */
  double energy() {
    double energy = 0;
    for (int i = 0; i < links.size(); i++) {
      double stretch = Math.sqrt(square(links.from(i), links.to(i))) - links.rest(i);
      energy += STIFFNESS / 2 * stretch * stretch;
    }
    for (int one = 0; one < x.length; one++) {
      for (int other = 0; other < one; other++) {
        energy -= REPULSION / 2 * Math.log(square(one, other) + SOFTNESS);
      }
      double away = (double) x[one] * x[one] + (double) y[one] * y[one] + (double) z[one] * z[one];
      energy += GRAVITY / 2 * away;
      energy += mass[one] / 2 * speed(one) * speed(one);
    }
    return energy;
  }

  private double square(int one, int other) {
    double dx = x[one] - x[other];
    double dy = y[one] - y[other];
    double dz = z[one] - z[other];
    return dx * dx + dy * dy + dz * dz;
  }

  /** How fast a node is. */
  double speed(int node) {
    return Math.sqrt(vx[node] * vx[node] + vy[node] * vy[node] + vz[node] * vz[node]);
  }
}
