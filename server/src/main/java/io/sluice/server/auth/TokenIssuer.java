package io.sluice.server.auth;

import io.sluice.model.ChannelPattern;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Issues tokens that a server of the same secret and rules takes. Immutable. */
public final class TokenIssuer {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String HEADER = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

  private final Secret secret;
  private final ClaimRules rules;

  /** Signs with this secret, and names the issuer and audience these rules ask for. */
  public TokenIssuer(Secret secret, ClaimRules rules) {
    this.secret = secret;
    this.rules = rules;
  }

  /** A token that lives so long from now on. */
  public String issue(Request request, Duration ttl, long nowMillis) {
    ObjectNode claims = MAPPER.createObjectNode();
    claims.put("sub", request.user());
    if (request.role() != null) {
      claims.put("role", request.role());
    }
    if (rules.issuer() != null) {
      claims.put("iss", rules.issuer());
    }
    if (!rules.audiences().isEmpty()) {
      claims.put("aud", rules.audiences().getFirst());
    }
    claims.put("iat", Math.floorDiv(nowMillis, 1_000L));
    // Rounded up: it lives at least as long as was asked.
    claims.put("exp", Math.ceilDiv(nowMillis + ttl.toMillis(), 1_000L));
    grant(claims, "publish", request.publish());
    grant(claims, "subscribe", request.subscribe());
    String signed = HEADER + "." + base64(MAPPER.writeValueAsString(claims));
    byte[] signature = secret.sign(Algorithm.HS256, signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static void grant(ObjectNode claims, String name, @Nullable List<ChannelPattern> given) {
    if (given != null) {
      ArrayNode array = claims.putArray(name);
      given.forEach(pattern -> array.add(pattern.value()));
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Who a token is for and what it may do.
   *
   * @param user the user id
   * @param role the role; null for none
   * @param publish where it may publish; null names nothing
   * @param subscribe what it may subscribe to; null names nothing. A token that names neither may
   *     do everything
   */
  public record Request(
      String user,
      @Nullable String role,
      @Nullable List<ChannelPattern> publish,
      @Nullable List<ChannelPattern> subscribe) {
    /** Checks what a verifier would refuse. */
    public Request {
      if (!Claims.isName(user) || (role != null && !Claims.isName(role))) {
        throw new IllegalArgumentException(
            "a user and a role have 1 to " + Claims.MAX_NAME + " characters, none of control");
      }
      publish = publish == null ? null : List.copyOf(publish);
      subscribe = subscribe == null ? null : List.copyOf(subscribe);
    }

    /** A user who may do everything. */
    public static Request of(String user) {
      return new Request(user, null, null, null);
    }
  }
}
