package io.sluice.gateway.websocket;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the server answers to a client's offers of permessage-deflate (RFC 7692, section 7.1). The
 * table of offers and answers, and why, stands in {@code docs/protocols/websocket.md}.
 */
public final class DeflateOffer {
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
  private static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
  private static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

  /** The only window zlib has in the JDK: 2^15 bytes. */
  private static final String FULL_WINDOW = "15";

  private static final Set<String> WINDOWS =
      Set.of("8", "9", "10", "11", "12", "13", "14", FULL_WINDOW);

  private static final String ANSWER =
      String.join("; ", NAME, SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER);

  private DeflateOffer() {}

  /**
   * The answer to the first offer that can be accepted.
   *
   * @param headerValues the values of all {@code Sec-WebSocket-Extensions} headers in their order
   * @return the value of the server's header; none if no offer can be accepted, and then nothing is
   *     to be compressed
   */
  public static Optional<String> answer(List<String> headerValues) {
    return ExtensionHeader.read(headerValues).stream()
        .filter(extension -> extension.name().equals(NAME))
        .filter(offer -> isAcceptable(offer.parameters()))
        .findFirst()
        .map(offer -> answerTo(offer.parameters()));
  }

  private static boolean isAcceptable(List<ExtensionHeader.Parameter> parameters) {
    Set<String> seen = new HashSet<>();
    return parameters.stream().allMatch(p -> seen.add(p.name()) && isAcceptable(p));
  }

  private static boolean isAcceptable(ExtensionHeader.Parameter parameter) {
    Optional<String> value = parameter.value();
    return switch (parameter.name()) {
      case SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER -> value.isEmpty();
      case SERVER_MAX_WINDOW_BITS -> value.filter(FULL_WINDOW::equals).isPresent();
      case CLIENT_MAX_WINDOW_BITS -> value.isEmpty() || WINDOWS.contains(value.get());
      default -> false;
    };
  }

  private static String answerTo(List<ExtensionHeader.Parameter> parameters) {
    boolean namesWindow =
        parameters.stream().anyMatch(p -> p.name().equals(SERVER_MAX_WINDOW_BITS));
    return namesWindow ? ANSWER + "; " + SERVER_MAX_WINDOW_BITS + "=" + FULL_WINDOW : ANSWER;
  }
}
