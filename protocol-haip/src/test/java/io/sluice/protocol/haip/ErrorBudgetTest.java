package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ErrorBudgetTest {
  private static final HaipLimits.Errors LIMITS = HaipLimits.Errors.DEFAULTS;
  private static final long WITHIN = LIMITS.within().toMillis();

  private final ErrorBudget budget = new ErrorBudget(HaipLimits.DEFAULTS, at(0));

  private static Moment at(long millis) {
    return new Moment(millis * 1_000_000, 0);
  }

  private boolean isSpent(HaipCode code, long millis) {
    return budget.isSpentBy(code, at(millis));
  }

  /** Whether none of so many is one too many. */
  private boolean mayMake(int mistakes, HaipCode code, long millis) {
    return LongStream.range(0, mistakes).noneMatch(i -> isSpent(code, millis + i));
  }

  @Test
  void oneMoreThanTheBoundIsOneTooManyOfEachKind() {
    assertThat(mayMake(LIMITS.protocol(), HaipCode.PROTOCOL_VIOLATION, 0)).isTrue();
    assertThat(mayMake(LIMITS.authentication(), HaipCode.AUTHENTICATION_FAILED, 0)).isTrue();
    assertThat(mayMake(LIMITS.flow(), HaipCode.FLOW_CONTROL_VIOLATION, 0)).isTrue();
    assertThat(mayMake(1_000, HaipCode.BUSY, 0)).isTrue();
    assertThat(isSpent(HaipCode.SEQ_VIOLATION, 1_000)).isTrue();
    assertThat(isSpent(HaipCode.AUTHENTICATION_FAILED, 1_000)).isTrue();
    assertThat(isSpent(HaipCode.FLOW_CONTROL_VIOLATION, 1_000)).isTrue();
  }

  /** However they lie: the time is counted back from each of them. */
  @Test
  void noBoundaryOfTimeHidesThem() {
    assertThat(isSpent(HaipCode.PROTOCOL_VIOLATION, 0)).isFalse();
    int most = LIMITS.protocol();
    assertThat(mayMake(most - 1, HaipCode.PROTOCOL_VIOLATION, WITHIN - 600)).isTrue();
    assertThat(isSpent(HaipCode.PROTOCOL_VIOLATION, WITHIN + 1)).isFalse();
    assertThat(isSpent(HaipCode.PROTOCOL_VIOLATION, WITHIN + 600)).isTrue();
  }

  @Test
  void whatIsOlderIsForgottenOneByOne() {
    int most = LIMITS.protocol();
    for (int i = 0; i < 10 * most; i++) {
      long millis = i * (WITHIN / most);
      assertThat(isSpent(HaipCode.PROTOCOL_VIOLATION, millis)).as("at %d", millis).isFalse();
    }
    long last = (10L * most - 1) * (WITHIN / most);
    assertThat(isSpent(HaipCode.PROTOCOL_VIOLATION, last + 1)).isTrue();
  }

  @Test
  void anErrorIsAnsweredSoOftenInASecondAndNotMore() {
    int most = HaipLimits.DEFAULTS.order().controls();
    for (int i = 0; i < most; i++) {
      assertThat(budget.mayAnswer(at(i % 1_000))).isTrue();
    }
    assertThat(budget.mayAnswer(at(999))).isFalse();
    assertThat(budget.mayAnswer(at(1_000))).isTrue();
  }
}
