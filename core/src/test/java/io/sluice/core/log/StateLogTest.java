package io.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.CountingForm;
import io.sluice.core.TestPayload;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Publication;
import org.junit.jupiter.api.Test;

/** What is remembered of a state: differences to its newest version, and no more than it may. */
class StateLogTest {
  private static final int SIZE = 1_000;
  private static final int LIMIT = 10 * SIZE;

  private int asked;

  private Publication since(long from) {
    asked++;
    Draft draft =
        new Draft(
            new ChannelName("c"),
            Draft.Kind.BROADCAST,
            null,
            TestPayload.ofSize(SIZE - Publication.OVERHEAD_BYTES),
            null,
            null);
    return new Publication(100, from, draft);
  }

  private final StateLog state = new StateLog(this::since, LIMIT);

  @Test
  void theSameIsAskedForOnceAndEncodedOnce() {
    CountingForm form = new CountingForm(1);
    Entry first = state.since(7, 100);
    assertThat(state.since(7, 100)).isSameAs(first);
    assertThat(state.frame(first, form)).isSameAs(state.frame(first, form));
    assertThat(asked).isEqualTo(1);
    assertThat(form.encodes()).isEqualTo(1);
  }

  @Test
  void whenThereIsANewerVersionAllIsForgotten() {
    CountingForm form = new CountingForm(1);
    for (int from = 0; from < 5; from++) {
      state.frame(state.since(from, 100), form);
    }
    assertThat(state.retainedBytes()).isGreaterThan(5 * SIZE);
    state.since(0, 101);
    assertThat(state.retainedBytes()).isZero();
  }

  @Test
  void theOldestAreForgottenBeyondTheBound() {
    for (int from = 0; from < 50; from++) {
      state.since(from, 100);
      assertThat(state.retainedBytes()).isLessThanOrEqualTo(LIMIT);
    }
    asked = 0;
    state.since(49, 100);
    state.since(40, 100);
    assertThat(asked).isZero();
    state.since(39, 100);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void oneThatIsLargerThanTheBoundIsRememberedAlone() {
    StateLog small = new StateLog(this::since, SIZE / 2);
    small.since(1, 100);
    small.since(1, 100);
    assertThat(asked).isEqualTo(1);
    small.since(2, 100);
    small.since(1, 100);
    assertThat(asked).isEqualTo(3);
  }
}
