package io.sluice.admin;

import io.sluice.core.log.Broker;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import java.util.concurrent.CompletableFuture;

/** The port to the logs, for what is to be appended. Any thread. */
@FunctionalInterface
public interface Publisher {
  /** Appends, and counts it; answers as {@link Broker#publish} does. */
  void publish(Draft draft, Moment now, Broker.Receipt receipt);

  /** The same as something to wait for. */
  default CompletableFuture<Outcome> append(Draft draft, Moment now) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    publish(
        draft,
        now,
        new Broker.Receipt() {
          @Override
          public void appended(Position position) {
            outcome.complete(new Outcome.Appended(position));
          }

          @Override
          public void failed(Fault fault) {
            outcome.complete(new Outcome.Failed(fault));
          }
        });
    return outcome;
  }

  /** What became of a publication. */
  sealed interface Outcome {
    /** It is in the log. */
    record Appended(Position position) implements Outcome {}

    /** It is not, and never will be. */
    record Failed(Fault fault) implements Outcome {}
  }
}
