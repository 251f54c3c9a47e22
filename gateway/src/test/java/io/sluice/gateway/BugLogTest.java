package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BugLogTest {
  @Test
  void aTraceSaysWhatAndWhereButNothingOfWhatTheExceptionsSay() {
    var cause = new IllegalArgumentException("token=secret");
    String trace = BugLog.trace(new IllegalStateException("secret", cause));
    assertThat(trace)
        .startsWith("java.lang.IllegalStateException\n\tat ")
        .contains("\ncaused by java.lang.IllegalArgumentException\n\tat ")
        .contains("BugLogTest.aTraceSaysWhatAndWhere")
        .doesNotContain("secret");
  }

  @Test
  void causesThatGoInCirclesComeToAnEnd() {
    var one = new IllegalStateException();
    one.initCause(new IllegalArgumentException(one));
    assertThat(BugLog.trace(one).split("caused by", -1)).hasSize(1 + BugLog.MOST_CAUSES);
  }
}
