package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 32 bytes that every form writes behind a node's id: position, velocity, distance, parent. All
 * little-endian, without padding, bit for bit.
 */
final class NodeRecord {
  static final int SIZE = 32;

  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The bits of +Infinity, and of every exponent that is no finite number's. */
  private static final int INFINITY = 0x7F80_0000;

  private static final int MINUS_ZERO = 0x8000_0000;

  private NodeRecord() {}

  /** Reads it into a row. */
  static void read(byte[] bytes, int at, NodeBatch into, int row) throws VisionFlowRefused {
    int x = (int) INT.get(bytes, at);
    int y = (int) INT.get(bytes, at + 4);
    int z = (int) INT.get(bytes, at + 8);
    int vx = (int) INT.get(bytes, at + 12);
    int vy = (int) INT.get(bytes, at + 16);
    int vz = (int) INT.get(bytes, at + 20);
    if (isEndless(x, y, z) || isEndless(vx, vy, vz)) {
      throw endless(row, into.ids()[row]);
    }
    into.x()[row] = Float.intBitsToFloat(x);
    into.y()[row] = Float.intBitsToFloat(y);
    into.z()[row] = Float.intBitsToFloat(z);
    into.vx()[row] = Float.intBitsToFloat(vx);
    into.vy()[row] = Float.intBitsToFloat(vy);
    into.vz()[row] = Float.intBitsToFloat(vz);
    readPath(bytes, at + 24, into, row);
  }

  /** Reads distance and parent into a row. */
  static void readPath(byte[] bytes, int at, NodeBatch into, int row) throws VisionFlowRefused {
    int distance = (int) INT.get(bytes, at);
    if (isNoDistance(distance)) {
      throw noDistance(distance, row, into.ids()[row]);
    }
    into.distances()[row] = Float.intBitsToFloat(distance);
    into.parents()[row] = (int) INT.get(bytes, at + 4);
  }

  /** Writes a row, which is held to the same rules. */
  static void write(NodeBatch from, int row, byte[] into, int at) throws VisionFlowRefused {
    int x = Float.floatToRawIntBits(from.x()[row]);
    int y = Float.floatToRawIntBits(from.y()[row]);
    int z = Float.floatToRawIntBits(from.z()[row]);
    int vx = Float.floatToRawIntBits(from.vx()[row]);
    int vy = Float.floatToRawIntBits(from.vy()[row]);
    int vz = Float.floatToRawIntBits(from.vz()[row]);
    if (isEndless(x, y, z) || isEndless(vx, vy, vz)) {
      throw endless(row, from.ids()[row]);
    }
    INT.set(into, at, x);
    INT.set(into, at + 4, y);
    INT.set(into, at + 8, z);
    INT.set(into, at + 12, vx);
    INT.set(into, at + 16, vy);
    INT.set(into, at + 20, vz);
    writePath(from, row, into, at + 24);
  }

  /** Writes distance and parent of a row. */
  static void writePath(NodeBatch from, int row, byte[] into, int at) throws VisionFlowRefused {
    int distance = Float.floatToRawIntBits(from.distances()[row]);
    if (isNoDistance(distance)) {
      throw noDistance(distance, row, from.ids()[row]);
    }
    INT.set(into, at, distance);
    INT.set(into, at + 4, from.parents()[row]);
  }

  private static boolean isEndless(int a, int b, int c) {
    return (a & INFINITY) == INFINITY || (b & INFINITY) == INFINITY || (c & INFINITY) == INFINITY;
  }

  /** Below zero, or NaN. */
  private static boolean isNoDistance(int bits) {
    return Integer.compareUnsigned(bits, INFINITY) > 0 && bits != MINUS_ZERO;
  }

  private static VisionFlowRefused endless(int row, int id) {
    return VisionFlowRefused.node(
        VisionFlowCode.NOT_FINITE, "Position and velocity must be finite.", row, id);
  }

  private static VisionFlowRefused noDistance(int bits, int row, int id) {
    return Float.isNaN(Float.intBitsToFloat(bits))
        ? VisionFlowRefused.node(
            VisionFlowCode.NOT_FINITE, "The distance is not a number.", row, id)
        : VisionFlowRefused.node(
            VisionFlowCode.INVALID_DISTANCE, "The distance is below zero.", row, id);
  }
}
