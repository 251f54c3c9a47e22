package io.sluice.gateway.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Scalar;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.json.JsonPayload;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that come inside messages, {@code payload.auth}: a token, or an object that has one
 * in {@code token}. It must be good, and the same person's as the connection's. Stateless.
 */
final class HaipCredentials {
  private final TokenVerifier verifier;
  private final Limits.Json limits;

  HaipCredentials(TokenVerifier verifier, Limits.Json limits) {
    this.verifier = verifier;
    this.limits = limits;
  }

  /**
   * Checks them.
   *
   * @param auth as JSON
   * @param answer told once, on any thread: what is wrong with them; null if they are good
   */
  void check(String auth, Identity person, Moment now, Consumer<@Nullable HaipFault> answer) {
    String token = token(auth);
    if (token == null) {
      answer.accept(bad());
      return;
    }
    var _ =
        verifier.verify(token, now).thenAccept(verdict -> answer.accept(wrong(person, verdict)));
  }

  private static @Nullable HaipFault wrong(Identity person, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted(Identity of) when of.user().equals(person.user()) -> null;
      case Verdict.Accepted _, Verdict.Rejected _ -> bad();
      case Verdict.Unavailable _ ->
          new HaipFault(HaipCode.SERVER_ERROR, "The token in payload.auth cannot be checked now");
    };
  }

  private static HaipFault bad() {
    return new HaipFault(HaipCode.AUTHENTICATION_FAILED, "The token in payload.auth is not good");
  }

  private @Nullable String token(String auth) {
    JsonPayload payload = JsonPayload.parse(("{\"auth\":" + auth + "}").getBytes(UTF_8), limits);
    if (payload == null) {
      return null;
    }
    Scalar alone = payload.readFields().get("auth");
    Scalar inside = payload.readFields().get("auth.token");
    return (alone == null ? inside : alone) instanceof Scalar.Text text ? text.value() : null;
  }
}
