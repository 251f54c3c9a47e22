package io.sluice.gateway.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyLinesTest {
  private final BodyLines lines = new BodyLines(new byte[0]);
  private final List<String> taken = new ArrayList<>();

  private void add(String text) {
    lines.add(Unpooled.copiedBuffer(text, UTF_8));
  }

  private List<String> take(boolean ended) {
    taken.clear();
    while (lines.next(ended)) {
      taken.add(new String(lines.bytes(), lines.from(), lines.length(), UTF_8));
    }
    return taken;
  }

  @Test
  void aLineIsThereWithItsLineBreak() {
    lines.beginShare(1_000);
    add("on");
    assertThat(take(false)).isEmpty();
    assertThat(lines.pending()).isEqualTo(2);
    add("e\ntwo\nth");
    assertThat(take(false)).containsExactly("one", "two");
    assertThat(lines.pending()).isEqualTo(2);
    add("ree");
    assertThat(take(false)).isEmpty();
    assertThat(take(true)).containsExactly("three");
    assertThat(take(true)).isEmpty();
  }

  @Test
  void textsAreTheSameWhereverTheyAreCut() {
    String text = "a\n\nbb\r\nccc\n" + "d".repeat(300) + "\ne";
    for (int piece = 1; piece < 40; piece++) {
      BodyLines cut = new BodyLines(new byte[0]);
      List<String> all = new ArrayList<>();
      for (int i = 0; i < text.length(); i += piece) {
        cut.add(
            Unpooled.copiedBuffer(text.substring(i, Math.min(text.length(), i + piece)), UTF_8));
        cut.beginShare(1_000);
        while (cut.next(false)) {
          all.add(new String(cut.bytes(), cut.from(), cut.length(), UTF_8));
        }
      }
      assertThat(all)
          .as("cut every " + piece)
          .containsExactly("a", "", "bb\r", "ccc", "d".repeat(300));
      assertThat(cut.pending()).isEqualTo(1);
    }
  }

  @Test
  void aShareIsOverBehindTheLineThatPassesIt() {
    add("aaaa\nbbbb\ncccc\n");
    lines.beginShare(6);
    assertThat(take(false)).containsExactly("aaaa", "bbbb");
    assertThat(lines.isMore(false)).isTrue();
    lines.beginShare(6);
    assertThat(take(false)).containsExactly("cccc");
    assertThat(lines.isMore(false)).isFalse();
  }

  @Test
  void whatIsNotTakenStaysWhenMoreComes() {
    add("one\ntwo\n");
    lines.beginShare(1);
    assertThat(take(false)).containsExactly("one");
    add("three\n");
    lines.beginShare(1_000);
    assertThat(take(false)).containsExactly("two", "three");
  }

  @Test
  void linesAreTextOrBlankOrNeither() {
    lines.beginShare(1_000);
    lines.add(Unpooled.wrappedBuffer(new byte[] {'\n', '\r', '\n', (byte) 0xC3, '\n', 'x', '\n'}));
    boolean[] blank = {true, true, false, false};
    boolean[] text = {true, true, false, true};
    for (int i = 0; i < 4; i++) {
      assertThat(lines.next(false)).isTrue();
      assertThat(lines.isBlank()).isEqualTo(blank[i]);
      assertThat(lines.isText()).isEqualTo(text[i]);
    }
  }
}
