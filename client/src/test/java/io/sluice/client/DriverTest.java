package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the driver does with the socket when the program does not keep up. */
class DriverTest {
  private final FakeTransport line = new FakeTransport(ClientLimits.DEFAULTS.withUnhandled(4));

  @AfterEach
  void stop() {
    line.stop();
  }

  @Test
  void socketIsNotReadWhileTooMuchWaitsForListeners() {
    line.connected();
    List<String> handled = new ArrayList<>();
    line.client.subscribe("c", message -> handled.add(message.data()));
    line.subscribed("c");
    line.work();
    for (int offset = 1; offset <= 3; offset++) {
      line.deliver("c", offset);
    }
    assertThat(line.reads).isEmpty();
    line.deliver("c", 4);
    assertThat(line.reads).containsExactly(false);
    // What was under way already is taken all the same.
    line.deliver("c", 5);
    assertThat(handled).isEmpty();
    line.work();
    assertThat(line.reads).containsExactly(false, true);
    assertThat(handled).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void listenerThatThrowsIsNotCalledLess() {
    line.connected();
    List<String> handled = new ArrayList<>();
    line.client.subscribe(
        "c",
        message -> {
          handled.add(message.data());
          throw new IllegalStateException("as it happens");
        });
    line.subscribed("c");
    line.deliver("c", 1);
    line.deliver("c", 2);
    line.work();
    assertThat(handled).containsExactly("1", "2");
  }
}
