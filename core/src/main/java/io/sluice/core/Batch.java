package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.Frame;
import io.sluice.model.StampedForm.Tail;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The frames that the outlet's batch holds now, so that a short write can be traced to the frame it
 * ended in. Owned by its lane and used again for every batch.
 */
final class Batch {
  private final Outlet outlet;
  private @Nullable Frame[] frames;
  private long[] offsets;

  /** Where each frame ends in the batch, in bytes. */
  private int[] ends;

  /** What the frames up to and with each cost together. */
  private long[] costs;

  /** How many messages of credit the frames up to and with each take together. */
  private int[] charges;

  private int count;

  Batch(Outlet outlet, int capacity) {
    this.outlet = outlet;
    this.frames = new Frame[capacity];
    this.offsets = new long[capacity];
    this.ends = new int[capacity];
    this.costs = new long[capacity];
    this.charges = new int[capacity];
  }

  void begin() {
    // Frames are let go here, or an evicted megabyte would stay until a batch as long comes by.
    Arrays.fill(frames, 0, count, null);
    count = 0;
    outlet.beginBatch();
  }

  void add(Frame frame, long offset) {
    frames[count] = frame;
    offsets[count] = offset;
    ends[count] = outlet.append(frame.bytes());
    costs[count] = cost() + frame.cost();
    charges[count] = messages() + 1;
    count++;
  }

  /** Adds what gets its head from the protocol of the one receiver; what costs nothing is free. */
  void addStamped(int slot, Tail tail, int cost, ChannelName channel, long offset) {
    offsets[count] = offset;
    ends[count] = outlet.stamp(slot, tail, channel, offset);
    costs[count] = cost() + cost;
    charges[count] = messages() + (cost == 0 ? 0 : 1);
    count++;
  }

  int count() {
    return count;
  }

  int bytes() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** How many messages of credit all frames take. */
  int messages() {
    return count == 0 ? 0 : charges[count - 1];
  }

  /** How many messages the frames up to and with this one take. */
  int messagesThrough(int frame) {
    return charges[frame];
  }

  /** What all frames cost. */
  long cost() {
    return count == 0 ? 0 : costs[count - 1];
  }

  /** What all frames but the last cost: the credit that must be left for the last to start. */
  long costBeforeLast() {
    return count < 2 ? 0 : costs[count - 2];
  }

  /** What the frames up to and with this one cost. */
  long costThrough(int frame) {
    return costs[frame];
  }

  long offset(int frame) {
    return offsets[frame];
  }

  /** The frame that holds the byte at this place, which is inside the batch. */
  int frameAt(int place) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > place) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  byte[] bytesOf(int frame) {
    Frame held = frames[frame];
    if (held == null) {
      throw new IllegalStateException("no frame " + frame + " of " + count);
    }
    return held.bytes();
  }

  int end(int frame) {
    return ends[frame];
  }

  int start(int frame) {
    return frame == 0 ? 0 : ends[frame - 1];
  }
}
