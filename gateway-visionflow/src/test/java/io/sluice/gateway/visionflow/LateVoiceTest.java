package io.sluice.gateway.visionflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.visionflow.Parlour.Seat;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody hears who could not listen for a while. */
class LateVoiceTest {
  private final Parlour parlour = new Parlour();
  private final Seat ada = parlour.seat("ada");
  private final Seat bob = parlour.seat("bob");

  @BeforeEach
  void bobHasHeardOne() {
    ada.speak(1);
    assertThat(bob.packets).containsExactly(1);
    bob.texts.clear();
    bob.stop();
  }

  @Test
  void whatWasSaidAMomentAgoIsHeard() {
    ada.speak(2);
    parlour.pass(Parlour.AGE);
    parlour.turn();
    bob.goOn();
    assertThat(bob.packets).containsExactly(1, 2);
  }

  /** Though nobody has spoken since, and it is the newest. */
  @Test
  void whatIsOlderIsNotHeardAndNothingIsSaidOfIt() {
    ada.speak(2);
    ada.speak(3);
    parlour.pass(Parlour.AGE.plusNanos(1));
    parlour.turn();
    bob.goOn();
    assertThat(bob.packets).containsExactly(1);
    ada.speak(4);
    assertThat(bob.packets).containsExactly(1, 4);
    assertThat(bob.texts).isEmpty();
  }

  @Test
  void ofWhatWaitedTheNewIsHeardWithoutTheOld() {
    ada.speak(2);
    parlour.pass(Parlour.AGE.minus(Duration.ofMillis(1)));
    ada.speak(3);
    parlour.pass(Duration.ofMillis(2));
    bob.goOn();
    assertThat(bob.packets).containsExactly(1, 3);
    assertThat(bob.texts).isEmpty();
  }
}
