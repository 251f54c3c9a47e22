package io.sluice.client.visionflow;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Owner: its client's turnstile, and whoever is telling. Tells a listener of a graph: of what comes
 * again and again one call at most waits, however slow the listener is.
 */
final class GraphReports implements GraphEars {
  private final VisionFlowDriver<GraphTalk> driver;
  private final Scene scene;
  private final GraphListener listener;
  private final AtomicBoolean hasMoved = new AtomicBoolean();
  private final AtomicBoolean hasChanged = new AtomicBoolean();

  GraphReports(VisionFlowDriver<GraphTalk> driver, Scene scene, GraphListener listener) {
    this.driver = driver;
    this.scene = scene;
    this.listener = listener;
  }

  @Override
  public void structure() {
    if (!hasChanged.getAndSet(true)) {
      driver.tell(
          () -> {
            hasChanged.set(false);
            listener.onStructure(scene);
          });
    }
  }

  @Override
  public void frame() {
    if (!hasMoved.getAndSet(true)) {
      driver.tell(
          () -> {
            hasMoved.set(false);
            listener.onFrame(scene);
          });
    }
  }

  @Override
  public void interval(int millis) {
    driver.tell(() -> listener.onInterval(millis));
  }

  @Override
  public void dropped(int moves) {
    driver.tell(() -> listener.onDropped(moves));
  }
}
