package io.sluice.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ManualIoEventLoop;
import io.sluice.core.Lane;
import io.sluice.core.TestPorts;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.log.Signal;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.http.Client;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.Draft;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Subject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a worker's turns must not do to the rest: starve reading, or wait for ever at the end. */
class TurnsTest {
  private static final Limits LIMITS = Limits.defaults(1 << 28);

  /** A worker on a loop that the test runs, of whose turns each wants another. */
  private static final class Restless {
    private final ManualIoEventLoop loop;
    private final Worker worker;
    private boolean restless;
    private int turns;

    Restless(SocketKind kind) {
      loop = new ManualIoEventLoop(Thread.currentThread(), kind.ioHandlers());
      MemoryBroker broker =
          new MemoryBroker(LIMITS.hub(), Namespaces.of(LIMITS.log()), () -> "epoch");
      worker =
          new Worker(
              0,
              loop,
              kind,
              LIMITS,
              this::now,
              (index, outlet, wake) ->
                  new Lane(index, LIMITS, TestPorts.of(LIMITS, broker), outlet, wake),
              new GatewayMeter());
    }

    /** Every turn looks at the clock once. */
    private Moment now() {
      if (restless) {
        turns++;
        worker.scheduleTurn();
      }
      return new Moment(System.nanoTime(), 0);
    }

    void end() {
      restless = false;
      while (loop.runNow() > 0) {
        // What is left of the turns.
      }
      worker.dispose();
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      while (!loop.isTerminated()) {
        int _ = loop.runNow();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void turnsThatAlwaysWantAnotherLeaveTheSocketsTheirLookBetweenAnyTwo(SocketKind kind) {
    Restless house = new Restless(kind);
    house.restless = true;
    house.worker.scheduleTurn();
    int passes = 0;
    while (house.turns < 20) {
      int before = house.turns;
      // One look at the sockets, then tasks until there are none or a second is over.
      int _ = house.loop.runNow(TimeUnit.SECONDS.toNanos(1));
      assertThat(house.turns - before).as("turns in pass %d", passes++).isLessThanOrEqualTo(1);
    }
    house.end();
  }

  @Test
  void aReceiptThatNeverComesDoesNotKeepAConnectionFromItsGoodbye() throws Exception {
    try (EndingHouse house = new EndingHouse(Duration.ofMinutes(1), Forgetful::new);
        Client client = house.connect("alice")) {
      client.send(
          Client.text(
              "{\"action\":\"publish\",\"channel\":\"c\",\"payload\":1,\"ack\":true,\"id\":1}"));
      client.send(Client.text("{\"action\":\"ping\"}"));
      assertThat(client.readFrame().payload()).contains("\"pong\"");
      CompletableFuture<Void> stop = CompletableFuture.runAsync(house::stop);
      assertThat(EndingHouse.readClose(client)).hasToString("close 1012 restart");
      client.hangUp();
      stop.join();
    }
  }

  /** A broker that takes what is published and never says what became of it. */
  private record Forgetful(Broker kept) implements Broker {
    @Override
    public void publish(Draft draft, Moment now, Receipt receipt) {}

    @Override
    public void open(Subject subject, Signal signal, Moment now, Opening opening) {
      kept.open(subject, signal, now, opening);
    }

    @Override
    public void tick(Moment now) {
      kept.tick(now);
    }

    @Override
    public void close() {
      kept.close();
    }
  }
}
