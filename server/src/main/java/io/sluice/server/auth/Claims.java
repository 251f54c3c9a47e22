package io.sluice.server.auth;

import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads claims whose signature is good. A claim that is there but makes no sense refuses the token;
 * it is never passed over for the next best. Immutable.
 */
final class Claims {
  /** The longest user id and role, in characters. */
  static final int MAX_NAME = 256;

  /** Later than any token lives, and still exact in milliseconds: 2^53 - 1 of them. */
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf((1L << 53) - 1, 3);

  private static final int MAX_SCALE = 64;

  private static final List<String> USER_CLAIMS = List.of("userId", "user_id", "sub");
  private static final List<String> GRANT_CLAIMS =
      List.of("publish", "subscribe", "broadcast", "disconnect");

  private final ClaimRules rules;

  Claims(ClaimRules rules) {
    this.rules = rules;
  }

  /** Time first, then who issued it for whom, then who it is and what it may do. */
  Verdict check(ObjectNode claims, Moment now) {
    long leeway = rules.leeway().toMillis();
    long end = Long.MAX_VALUE;
    if (claims.has("exp")) {
      long exp = millis(claims.path("exp"));
      if (exp < 0) {
        return new Verdict.Rejected("malformed");
      }
      end = exp + leeway;
    } else if (!rules.allowNoExpiry()) {
      return new Verdict.Rejected("no_expiry");
    }
    if (now.epochMillis() >= end) {
      return new Verdict.Rejected("expired");
    }
    if (claims.has("nbf")) {
      long begin = millis(claims.path("nbf"));
      if (begin < 0) {
        return new Verdict.Rejected("malformed");
      }
      if (now.epochMillis() < begin - leeway) {
        return new Verdict.Rejected("not_yet");
      }
    }
    return checkParties(claims, end);
  }

  private Verdict checkParties(ObjectNode claims, long end) {
    String issuer = rules.issuer();
    JsonNode iss = claims.path("iss");
    if (issuer != null && !(iss.isString() && iss.stringValue().equals(issuer))) {
      return new Verdict.Rejected("issuer");
    }
    if (!rules.audiences().isEmpty() && !isForUs(claims.path("aud"))) {
      return new Verdict.Rejected("audience");
    }
    String user = user(claims);
    if (user == null) {
      return new Verdict.Rejected("subject");
    }
    JsonNode role = claims.path("role");
    boolean hasRole = !role.isMissingNode() && !role.isNull();
    if (hasRole && !isName(role)) {
      return new Verdict.Rejected("malformed");
    }
    String roleName = hasRole ? role.stringValue() : null;
    Grants grants = isRestricted(claims) ? own(claims) : rules.roles().of(roleName);
    if (grants == null) {
      return new Verdict.Rejected("grants");
    }
    return new Verdict.Accepted(new Identity(user, roleName, grants, end));
  }

  /**
   * Whether the token has a grant claim at all: then one that is absent allows nothing, so that a
   * token made to read cannot write.
   */
  private static boolean isRestricted(ObjectNode claims) {
    return GRANT_CLAIMS.stream().anyMatch(claims::has);
  }

  /** What the token itself grants; null if that makes no sense. */
  private static @Nullable Grants own(ObjectNode claims) {
    List<ChannelPattern> publish = patterns(claims.path("publish"));
    List<ChannelPattern> subscribe = patterns(claims.path("subscribe"));
    List<ChannelPattern> broadcast = patterns(claims.path("broadcast"));
    JsonNode disconnect = claims.path("disconnect");
    if (publish == null
        || subscribe == null
        || broadcast == null
        || !(disconnect.isMissingNode() || disconnect.isBoolean())) {
      return null;
    }
    return new Grants(publish, subscribe, broadcast, disconnect.asBoolean(false));
  }

  /** Seconds since 1970 as milliseconds, -1 if it is no number or no sensible one. */
  private static long millis(JsonNode seconds) {
    if (!seconds.isNumber()) {
      return -1;
    }
    // Measured before it is converted: writing out 1e999999999 or 1e-999999999 fills the memory.
    BigDecimal value = seconds.decimalValue();
    if (Math.abs(value.scale()) > MAX_SCALE
        || value.signum() < 0
        || value.compareTo(MAX_SECONDS) > 0) {
      return -1;
    }
    return value.setScale(3, RoundingMode.FLOOR).movePointRight(3).longValueExact();
  }

  private boolean isForUs(JsonNode aud) {
    if (aud.isString()) {
      return rules.audiences().contains(aud.stringValue());
    }
    for (JsonNode one : aud.isArray() ? aud.values() : List.<JsonNode>of()) {
      if (one.isString() && rules.audiences().contains(one.stringValue())) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String user(ObjectNode claims) {
    for (String claim : USER_CLAIMS) {
      JsonNode node = claims.path(claim);
      if (!node.isMissingNode() && !node.isNull()) {
        return isName(node) ? node.stringValue() : null;
      }
    }
    return null;
  }

  /** Text that can be echoed in JSON and in a line of the log. */
  private static boolean isName(JsonNode node) {
    return node.isString() && isName(node.stringValue());
  }

  static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_NAME
        && text.codePoints()
            .noneMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF));
  }

  /** What a grant claim lists, nothing if it is absent; null if it makes no sense. */
  private static @Nullable List<ChannelPattern> patterns(JsonNode claim) {
    if (claim.isMissingNode()) {
      return List.of();
    }
    if (!claim.isArray()) {
      return null;
    }
    List<ChannelPattern> patterns = new ArrayList<>(claim.size());
    for (JsonNode one : claim) {
      if (!one.isString() || !ChannelPattern.isValid(one.stringValue())) {
        return null;
      }
      patterns.add(new ChannelPattern(one.stringValue()));
    }
    return patterns;
  }
}
