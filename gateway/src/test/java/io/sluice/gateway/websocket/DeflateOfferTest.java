package io.sluice.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the table of offers and answers of the protocol page. */
final class DeflateOfferTest {
  private static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  static Stream<Arguments> offers() {
    return ProtocolPage.table("| offer | answer | why |").stream()
        .map(row -> Arguments.of(row.get(0), row.get(1)));
  }

  @Test
  void thePageHasItsTable() {
    assertThat(offers()).hasSizeGreaterThan(35);
  }

  @ParameterizedTest(name = "{0} is answered {1}")
  @MethodSource("offers")
  void anOfferIsAnsweredAsThePageSays(String offer, String answer) {
    List<String> headers = Arrays.stream(spelled(offer).split("⏎")).map(String::strip).toList();
    Optional<String> expected =
        answer.equals("none") ? Optional.empty() : Optional.of(spelled(answer));
    assertThat(DeflateOffer.answer(headers)).isEqualTo(expected);
  }

  @Test
  void noHeaderIsNoOffer() {
    assertThat(DeflateOffer.answer(List.of())).isEmpty();
  }

  @Test
  void anyHeaderIsAnsweredWithOneOfThreeAnswers() {
    String[] parts = {
      "permessage-deflate",
      ";",
      ",",
      "=",
      "\"",
      "\\",
      " ",
      "\t",
      "15",
      "é",
      "\0",
      "x",
      "=15",
      "server_max_window_bits",
      "client_max_window_bits",
      "server_no_context_takeover"
    };
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder header = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        header.append(parts[random.nextInt(parts.length)]);
      }
      Optional<String> answer = DeflateOffer.answer(List.of(header.toString()));
      assertThat(answer.orElse(ANSWER))
          .as("seed %d: %s", seed, header)
          .isIn(ANSWER, ANSWER + "; server_max_window_bits=15");
    }
  }

  /** The page's abbreviations written out; "empty" stands for an empty header. */
  private static String spelled(String cell) {
    if (cell.equals("empty")) {
      return "";
    }
    return cell.replace("`", "")
        .replaceAll("\\bD\\b", "permessage-deflate")
        .replaceAll("\\bS\\b", "server_no_context_takeover")
        .replaceAll("\\bC\\b", "client_no_context_takeover");
  }
}
