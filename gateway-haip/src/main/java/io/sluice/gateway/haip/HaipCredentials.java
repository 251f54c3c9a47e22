package io.sluice.gateway.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Scalar;
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
   * @param answer told once, on any thread
   */
  void check(String auth, Identity person, Moment now, Consumer<Boolean> answer) {
    String token = token(auth);
    if (token == null) {
      answer.accept(false);
      return;
    }
    var _ = verifier.verify(token, now).thenAccept(verdict -> answer.accept(is(person, verdict)));
  }

  private static boolean is(Identity person, Verdict verdict) {
    return verdict instanceof Verdict.Accepted accepted
        && accepted.identity().user().equals(person.user());
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
