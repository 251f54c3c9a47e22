package io.sluice.gateway.http;

import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.model.Refusal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to become of a request, as far as its head tells. */
sealed interface Decision {
  /**
   * It is refused.
   *
   * @param why a sentence for a person; holds nothing of the request
   * @param headers what the status demands beside the usual
   */
  record Refuse(Refusal refusal, String why, Map<String, String> headers) implements Decision {
    Refuse(Refusal refusal) {
      this(refusal, refusal.cause(), Map.of());
    }

    Refuse(Refusal refusal, String why) {
      this(refusal, why, Map.of());
    }
  }

  /**
   * It is answered with a response that goes on, if its token is good.
   *
   * @param chunked whether the peer understands chunks
   */
  record Stream(StreamEndpoint endpoint, String token, Target target, boolean chunked)
      implements Decision {
    /** Never shows the token. */
    @Override
    public String toString() {
      return "Stream[" + endpoint + "]";
    }
  }

  /** A route answers it. */
  record Serve(HttpHandler handler, Target target) implements Decision {}

  /**
   * It asks for a WebSocket, and its token decides.
   *
   * @param token to be verified; null only if there is none and none is needed
   * @param upgrade the handshake; null if the path was only probed
   * @param query the decoded parameters
   */
  record Admit(
      Endpoint endpoint,
      @Nullable String token,
      @Nullable Upgrade upgrade,
      Map<String, List<String>> query)
      implements Decision {
    /** Never shows the token. */
    @Override
    public String toString() {
      return "Admit[" + endpoint + "]";
    }
  }
}
