package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.model.Limits;
import io.sluice.model.Moment;

/**
 * One lane with its sockets, turned only as an event loop would: when it was woken, or when
 * something came in. A wake may come on any thread; the rest is the test's.
 */
final class Rig {
  final Lane lane;
  final FakeOutlet outlet;
  private volatile boolean woken;
  private int turns;

  Rig(int index, Limits limits, Broker broker, Meter meter, FakeOutlet.Watch watch) {
    outlet = new FakeOutlet(watch);
    lane = new Lane(index, limits, TestPorts.of(limits, broker, meter), outlet, this::touch);
  }

  Rig(int index, Switchboard switchboard, FakeOutlet.Watch watch) {
    outlet = new FakeOutlet(watch);
    lane = switchboard.lane(index, outlet, this::touch);
  }

  /** Something came in: a turn is due. */
  void touch() {
    woken = true;
  }

  boolean isDue() {
    return woken;
  }

  void turn(Moment now) {
    woken = false;
    turns++;
    lane.turn(now);
    outlet.assertWhole();
  }

  int turns() {
    return turns;
  }

  /** The peer reads, or the network drains. */
  void makeRoom(FakeSocket socket, long bytes) {
    if (socket.makeRoom(bytes)) {
      lane.writable(socket.slot());
    }
  }

  /** Tells the lane of every socket it has closed itself that it is gone. */
  void settleClosed(Moment now) {
    Integer slot;
    while ((slot = outlet.nextClosing()) != null) {
      outlet.forget(slot);
      lane.closed(slot, now);
    }
  }
}
