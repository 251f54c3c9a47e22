package io.sluice.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimNames;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sluice.model.ChannelPattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Issues tokens that a server of the same secret and rules takes. Immutable. */
public final class TokenIssuer {
  private static final JWSHeader HEADER =
      new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();

  private final Secret secret;
  private final ClaimRules rules;

  /** Signs with this secret, and names the issuer and audience these rules ask for. */
  public TokenIssuer(Secret secret, ClaimRules rules) {
    this.secret = secret;
    this.rules = rules;
  }

  /** Whether the text can name a user or a role. */
  public static boolean isName(String text) {
    return Claims.isName(text);
  }

  /** A token that lives so long from now on. */
  public String issue(Request request, Duration ttl, long nowMillis) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .subject(request.user())
            .claim(JWTClaimNames.ISSUED_AT, Math.floorDiv(nowMillis, 1_000L))
            // Rounded up: it lives at least as long as was asked.
            .claim(JWTClaimNames.EXPIRATION_TIME, Math.ceilDiv(nowMillis + ttl.toMillis(), 1_000L));
    put(claims, "role", request.role());
    put(claims, JWTClaimNames.ISSUER, rules.issuer());
    put(claims, "publish", texts(request.publish()));
    put(claims, "subscribe", texts(request.subscribe()));
    rules.audiences().stream().limit(1).forEach(claims::audience);
    SignedJWT token = new SignedJWT(HEADER, claims.build());
    try {
      token.sign(secret.signer());
    } catch (JOSEException e) {
      throw new IllegalStateException("a secret does not sign", e);
    }
    return token.serialize();
  }

  private static void put(JWTClaimsSet.Builder claims, String name, @Nullable Object value) {
    if (value != null) {
      claims.claim(name, value);
    }
  }

  private static @Nullable List<String> texts(@Nullable List<ChannelPattern> patterns) {
    return patterns == null ? null : patterns.stream().map(ChannelPattern::value).toList();
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
