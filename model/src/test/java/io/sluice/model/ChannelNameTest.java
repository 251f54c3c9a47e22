package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "task.created", "haip:42", "A-b_c.9", "."})
  void aNameOfTheAllowedCharactersIsTaken(String text) {
    assertThat(new ChannelName(text).value()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "ä", "a/b", "a*", "a>", "a\u0000", "\ud83d\ude00", "a\n"})
  void anyOtherCharacterIsRefused(String text) {
    assertThat(ChannelName.isValid(text)).isFalse();
    assertThatThrownBy(() -> new ChannelName(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameHasAtMost128Characters() {
    assertThat(ChannelName.isValid("x".repeat(ChannelName.MAX_LENGTH))).isTrue();
    assertThat(ChannelName.isValid("x".repeat(ChannelName.MAX_LENGTH + 1))).isFalse();
  }
}
