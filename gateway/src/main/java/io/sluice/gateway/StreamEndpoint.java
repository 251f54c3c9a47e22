package io.sluice.gateway;

import io.sluice.model.Identity;
import io.sluice.model.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is answered at one path with a response that goes on: a conversation of which the request
 * brings all that the peer has to say, before the response or, if it {@link #listens}, beside it.
 * The gateway has checked origin and token before. Nothing is kept from one request to the next, so
 * that any node may be asked.
 *
 * <p>Thread: {@link #read} is called on event loops, several at a time.
 */
public interface StreamEndpoint {
  /** The one method it is asked by. */
  String method();

  /** The path, exact, beginning with a slash. */
  String path();

  /** What the response consists of. */
  String contentType();

  /**
   * Whether the response begins before the request's body has come: {@link Request#body} is empty
   * then, and of the body each line is a message when it is there, however many they are.
   */
  default boolean listens() {
    return false;
  }

  /**
   * Reads a request, before a word of the answer is said; changes nothing, unless it is {@link
   * Reading.Done} then.
   */
  Reading read(Request request);

  /**
   * A whole request, or all but its body.
   *
   * @param identity whose token it was
   * @param query the decoded parameters
   * @param headers by lower-case name
   * @param body nobody writes to it
   * @param chunked whether the response is sent in chunks; else it ends with the connection
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, copied by nobody
  record Request(
      Identity identity,
      Map<String, List<String>> query,
      Map<String, String> headers,
      byte[] body,
      boolean chunked) {}

  /** What a request comes to. */
  sealed interface Reading {
    /**
     * It is answered.
     *
     * @param framing of what is said to it
     * @param lines what the peer has to say, a message on each line that is not empty; UTF-8
     * @param opener begins the conversation
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, copied by nobody
    record Answered(Framing framing, byte[] lines, Opener opener) implements Reading {}

    /**
     * It was for a conversation that goes on elsewhere, and has been handed to it.
     *
     * @param json the body of the answer
     */
    record Done(String json) implements Reading {}

    /**
     * It is not, for a reason of the protocol's.
     *
     * @param status the HTTP status
     * @param code the stable word for it
     * @param message a sentence for a person
     * @param field the parameter or header that is meant; null if none is
     */
    record Faulty(int status, String code, String message, @Nullable String field)
        implements Reading {}

    /**
     * Somebody else has it, who says what it comes to.
     *
     * @param reading may come on any thread; anything but this
     */
    record Asked(CompletionStage<Reading> reading) implements Reading {}

    /**
     * It is not, for a reason of HTTP's.
     *
     * @param why a sentence for a person; holds nothing of the request
     */
    record Refused(Refusal refusal, String why) implements Reading {}
  }

  /** Begins the conversation of one request. */
  @FunctionalInterface
  interface Opener {
    /** Called on the event loop that owns the connection; the response's head has been sent. */
    Dialog open(Connection connection, Endpoint.Welcome welcome);

    /** The head is about to be written: whoever has read it relies on it. Called once, before. */
    default void promised() {}

    /** The connection is closed, whether or not anything was opened on it. Called once. */
    default void over() {}
  }
}
