package io.sluice.client;

import org.jspecify.annotations.Nullable;

/** Owner: the pipe it was made for. Reports for one subscription what its pipe has handled. */
final class Reports implements Pipe.Gauge {
  private final Driver driver;

  /** Whose; set before anything can be handled. */
  @Nullable Subscriber subscriber;

  Reports(Driver driver) {
    this.driver = driver;
  }

  @Override
  public void handled(long messages, long bytes) {
    Subscriber mine = subscriber;
    if (mine != null) {
      driver.post((engine, now) -> engine.handled(mine, messages, bytes));
    }
  }

  @Override
  public void drained() {
    driver.drained();
  }

  @Override
  public void filled() {
    driver.filled();
  }

  @Override
  public void threw(RuntimeException trouble) {
    driver.threw(trouble);
  }

  @Override
  public void execute(Runnable task) {
    driver.execute(task);
  }
}
