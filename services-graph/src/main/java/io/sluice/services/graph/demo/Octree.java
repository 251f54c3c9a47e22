package io.sluice.services.graph.demo;

import java.util.Arrays;

/**
 * Where bodies are at one moment: space in cells of cells, so that many that are far away count as
 * one. Owned by its layout; built anew for each step in the same arrays.
 */
final class Octree {
  /** Cells are not divided further than this: what is closer together than that is one. */
  private static final int DEEPEST = 20;

  /** A cell this much smaller than it is far away, squared, counts as one body. */
  private static final float FAR_SQUARED = 1.0f;

  /** Nearer than this, squared, is the same place: numbers this large are no finer. */
  private static final float ONE_PLACE = 1e-5f;

  private static final int MANY = 1_023;

  private static final int CHILDREN = 8;

  /** Nobody is in this part of a cell. */
  private static final int EMPTY = 0;

  private final float softness;

  /** By cell, eight each: {@link #EMPTY}, a cell, or a body as its complement. */
  private int[] parts = new int[CHILDREN * 64];

  private float[] side = new float[64];
  private float[] mass = new float[64];
  private float[] sumX = new float[64];
  private float[] sumY = new float[64];
  private float[] sumZ = new float[64];
  private int cells;

  /** Where the cell that is being looked at begins. */
  private float lowX;

  private float lowY;
  private float lowZ;

  private int[] stack = new int[256];
  private float[] x = {};
  private float[] y = {};
  private float[] z = {};

  /** The force on the body that was asked for last. */
  private float forceX;

  private float forceY;
  private float forceZ;

  /**
   * An empty tree.
   *
   * @param softness how near two bodies repel each other most, squared: nearer they do less
   */
  Octree(float softness) {
    this.softness = softness;
  }

  /** Takes in where they are. */
  void build(float[] atX, float[] atY, float[] atZ) {
    x = atX;
    y = atY;
    z = atZ;
    cells = 0;
    float low = least(atX, least(atY, least(atZ, 0)));
    float high = most(atX, most(atY, most(atZ, 0)));
    int root = newCell(Math.max(high - low, 1) * 1.001f);
    for (int body = 0; body < atX.length; body++) {
      lowX = low;
      lowY = low;
      lowZ = low;
      insert(root, body);
    }
    for (int cell = 0; cell < cells; cell++) {
      sumX[cell] /= mass[cell];
      sumY[cell] /= mass[cell];
      sumZ[cell] /= mass[cell];
    }
  }

  private static float least(float[] values, float least) {
    for (float value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  private static float most(float[] values, float most) {
    for (float value : values) {
      most = Math.max(most, value);
    }
    return most;
  }

  private int newCell(float length) {
    if (cells == side.length) {
      int more = 2 * cells;
      parts = Arrays.copyOf(parts, CHILDREN * more);
      side = Arrays.copyOf(side, more);
      mass = Arrays.copyOf(mass, more);
      sumX = Arrays.copyOf(sumX, more);
      sumY = Arrays.copyOf(sumY, more);
      sumZ = Arrays.copyOf(sumZ, more);
    }
    Arrays.fill(parts, CHILDREN * cells, CHILDREN * (cells + 1), EMPTY);
    side[cells] = length;
    mass[cells] = 0;
    sumX[cells] = 0;
    sumY[cells] = 0;
    sumZ[cells] = 0;
    return cells++;
  }

  private void insert(int root, int body) {
    int cell = root;
    for (int depth = 0; depth < DEEPEST; depth++) {
      count(cell, body);
      int part = CHILDREN * cell + descend(cell, body);
      int there = parts[part];
      if (there == EMPTY) {
        parts[part] = ~body;
        return;
      }
      if (there < 0) {
        there = divide(cell, part, ~there);
      }
      cell = there;
    }
    // Deeper than this nobody is told apart.
    count(cell, body);
  }

  private void count(int cell, int body) {
    mass[cell]++;
    sumX[cell] += x[body];
    sumY[cell] += y[body];
    sumZ[cell] += z[body];
  }

  /** Which part of the cell the body is in; that part becomes what is looked at. */
  private int descend(int cell, int body) {
    float half = side[cell] / 2;
    int part = 0;
    if (x[body] >= lowX + half) {
      part |= 1;
      lowX += half;
    }
    if (y[body] >= lowY + half) {
      part |= 2;
      lowY += half;
    }
    if (z[body] >= lowZ + half) {
      part |= 4;
      lowZ += half;
    }
    return part;
  }

  /** Makes a cell of a part that has one body. */
  private int divide(int cell, int part, int body) {
    int made = newCell(side[cell] / 2);
    parts[part] = made;
    count(made, body);
    float keptX = lowX;
    float keptY = lowY;
    float keptZ = lowZ;
    parts[CHILDREN * made + descend(made, body)] = ~body;
    lowX = keptX;
    lowY = keptY;
    lowZ = keptZ;
    return made;
  }

  /** Adds up what all others do to a body; {@link #forceX} and its like have it then. */
  void repel(int body) {
    forceX = 0;
    forceY = 0;
    forceZ = 0;
    int height = 1;
    stack[0] = 0;
    while (height > 0) {
      int cell = stack[--height];
      float dx = x[body] - sumX[cell];
      float dy = y[body] - sumY[cell];
      float dz = z[body] - sumZ[cell];
      float square = dx * dx + dy * dy + dz * dz;
      if (side[cell] * side[cell] < FAR_SQUARED * square || isLump(cell)) {
        push(body, dx, dy, dz, square, mass[cell]);
      } else {
        height = open(cell, body, height);
      }
    }
  }

  /** Whether the bodies of a cell are too close together to be told apart. */
  private boolean isLump(int cell) {
    return mass[cell] > 1 && side[cell] < side[0] / (1 << (DEEPEST - 1));
  }

  private int open(int cell, int body, int height) {
    int top = height;
    if (top + CHILDREN > stack.length) {
      stack = Arrays.copyOf(stack, 2 * stack.length);
    }
    for (int i = CHILDREN * cell; i < CHILDREN * (cell + 1); i++) {
      int there = parts[i];
      if (there > 0) {
        stack[top++] = there;
      } else if (there < 0 && ~there != body) {
        float dx = x[body] - x[~there];
        float dy = y[body] - y[~there];
        float dz = z[body] - z[~there];
        push(body, dx, dy, dz, dx * dx + dy * dy + dz * dz, 1);
      }
    }
    return top;
  }

  private void push(int body, float dx, float dy, float dz, float square, float weight) {
    float strength = weight / (square + softness);
    forceX += strength * dx;
    forceY += strength * dy;
    forceZ += strength * dz;
    if (square < ONE_PLACE) {
      // Two in one place know no direction: each takes one of its own.
      forceX += strength * (0.5f - (body & 1));
      forceY += strength * (0.5f - ((body >> 1) & 1));
      forceZ += strength * (0.5f - (body & MANY) / (float) MANY);
    }
  }

  float forceX() {
    return forceX;
  }

  float forceY() {
    return forceY;
  }

  float forceZ() {
    return forceZ;
  }
}
