package io.sluice.gateway.loop;

import io.sluice.core.Lane;
import io.sluice.core.Outlet;

/** Makes the lane of one worker. Implemented by whoever builds the house. */
@FunctionalInterface
public interface LaneFactory {
  /**
   * Makes a lane.
   *
   * @param index the worker's number, from 0
   * @param outlet the lane's way out
   * @param wake asks for a turn, from any thread
   */
  Lane create(int index, Outlet outlet, Lane.Wake wake);
}
