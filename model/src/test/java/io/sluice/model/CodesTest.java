package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodesTest {
  @Test
  void noTwoEntriesOfATableShareAName() {
    assertThat(Arrays.stream(Code.values()).map(Code::text)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(CloseReason.values()).map(CloseReason::text)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(Refusal.values()).map(Refusal::text)).doesNotHaveDuplicates();
  }

  @Test
  void everyEntryNamesCauseAndCure() {
    assertThat(
            Stream.of(
                    Arrays.stream(Code.values()).flatMap(c -> Stream.of(c.cause(), c.cure())),
                    Arrays.stream(CloseReason.values())
                        .flatMap(c -> Stream.of(c.cause(), c.cure())),
                    Arrays.stream(Refusal.values()).flatMap(c -> Stream.of(c.cause(), c.cure())))
                .flatMap(s -> s))
        .allSatisfy(text -> assertThat(text).endsWith("."));
  }

  @Test
  void aCloseReasonFitsIntoACloseFrame() {
    assertThat(CloseReason.values())
        .allSatisfy(reason -> assertThat(reason.text().length()).isLessThanOrEqualTo(123));
  }

  @ParameterizedTest
  @CsvSource({"-1,0", "0,-1", "9007199254740992,0", "0,9007199254740992"})
  void creditOutsideWhatAJavaScriptNumberHoldsIsABug(long messages, long bytes) {
    assertThatThrownBy(() -> new Credit(messages, bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
