package io.sluice.protocol.nexus;

import io.sluice.model.Credit;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.protocol.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Owner: one client. What a client asks for, as JSON in the extended grammar. Every request has an
 * id, a whole number from 1 on. Payloads and filters are JSON text that has been judged good.
 */
public final class NexusRequestWriter {
  private final JsonWriter out = new JsonWriter();

  /**
   * How a subscription is to be.
   *
   * @param recoverable whether its place is to be told so that it can be gone on from
   * @param presence whether to tell who is there, joins and leaves
   * @param policy what happens when it cannot take more; null leaves it to the channel
   * @param conflateBy what counts as the same thing; null leaves it to the channel
   * @param hold whether it slows the channel's writers while it is slow; null leaves it to the
   *     channel
   */
  public record Terms(
      boolean recoverable,
      boolean presence,
      @Nullable Policy policy,
      @Nullable String conflateBy,
      @Nullable Boolean hold) {
    /** Nothing is said, as when a filter is added to a subscription. */
    public static final Terms UNSAID = new Terms(false, false, null, null, null);
  }

  /**
   * Asks for the publications of a channel, or of all that a pattern covers.
   *
   * @param filters an object of JSON; null for everything
   * @param credit what the server may send; {@link Credit#MAX} of either is left out, which means
   *     enough for ever, and null, which leaves out both, adds nothing to what was granted
   * @param since where to go on; null for from now on
   */
  public String subscribe(
      long id,
      String channel,
      @Nullable String filters,
      @Nullable Credit credit,
      @Nullable Position since,
      Terms terms) {
    begin("subscribe", id);
    name("channel").string(channel);
    if (filters != null) {
      name("filters").verbatim(filters);
    }
    if (credit != null) {
      credits(credit);
    }
    if (since != null) {
      since(since);
    }
    terms(terms);
    return end();
  }

  private void terms(Terms terms) {
    if (terms.recoverable()) {
      name("recoverable").raw("true");
    }
    if (terms.presence()) {
      name("presence").raw("true");
    }
    Policy policy = terms.policy();
    if (policy != null) {
      name("policy").string(policy.wireName());
    }
    String conflateBy = terms.conflateBy();
    if (conflateBy != null) {
      name("conflateBy").string(conflateBy);
    }
    Boolean hold = terms.hold();
    if (hold != null) {
      name("hold").raw(hold ? "true" : "false");
    }
  }

  /** Ends a subscription. */
  public String unsubscribe(long id, String channel) {
    begin("unsubscribe", id);
    name("channel").string(channel);
    return end();
  }

  /** Lets the server send more. */
  public String credit(String channel, Credit credit) {
    out.raw("{\"action\":\"credit\"");
    name("channel").string(channel);
    name("credits").raw("{\"messages\":").number(credit.messages());
    name("bytes").number(credit.bytes()).raw('}');
    return end();
  }

  /**
   * Publishes.
   *
   * @param payload JSON text
   * @param acknowledge whether a receipt is wanted
   */
  public String publish(
      long id,
      String channel,
      String payload,
      boolean acknowledge,
      @Nullable String key,
      @Nullable String idempotencyKey) {
    begin("publish", id);
    name("channel").string(channel);
    if (acknowledge) {
      name("ack").raw("true");
    }
    if (key != null) {
      name("key").string(key);
    }
    if (idempotencyKey != null) {
      name("idempotencyKey").string(idempotencyKey);
    }
    name("payload").verbatim(payload);
    return end();
  }

  /**
   * Asks for what the log has.
   *
   * @param since what is known already; null for the newest
   * @param limit at most so many; 0 leaves it to the server
   */
  public String history(long id, String channel, @Nullable Position since, int limit) {
    begin("history", id);
    name("channel").string(channel);
    if (since != null) {
      since(since);
    }
    if (limit > 0) {
      name("limit").number(limit);
    }
    return end();
  }

  /** Asks who is subscribed. */
  public String presence(long id, String channel) {
    begin("presence", id);
    name("channel").string(channel);
    return end();
  }

  /** Brings a new token. */
  public String refresh(long id, String token) {
    begin("refresh", id);
    name("token").string(token);
    return end();
  }

  /** Asks for a sign of life. */
  public String ping(long id) {
    begin("ping", id);
    return end();
  }

  private void begin(String action, long id) {
    out.raw("{\"action\":\"").raw(action).raw('"');
    name("id").number(id);
  }

  private void credits(Credit credit) {
    name("credits").raw('{');
    boolean messages = credit.messages() < Credit.MAX;
    if (messages) {
      out.raw("\"messages\":").number(credit.messages());
    }
    if (!messages || credit.bytes() < Credit.MAX) {
      out.raw(messages ? "," : "").raw("\"bytes\":").number(credit.bytes());
    }
    out.raw('}');
  }

  private void since(Position since) {
    name("since").raw("{\"epoch\":").string(since.epoch());
    name("offset").number(since.offset()).raw('}');
  }

  private JsonWriter name(String name) {
    return out.raw(",\"").raw(name).raw("\":");
  }

  private String end() {
    return new String(out.raw('}').take(), StandardCharsets.UTF_8);
  }
}
