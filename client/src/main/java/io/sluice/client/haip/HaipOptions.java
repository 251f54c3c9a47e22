package io.sluice.client.haip;

import io.sluice.client.ClientLimits;
import io.sluice.model.HaipLimits;
import io.sluice.protocol.haip.HaipSetup;
import java.util.UUID;

/**
 * How a client of HAIP behaves. Immutable; made by changing {@link #DEFAULTS}.
 *
 * @param flow the grammar of flow control it asks for
 * @param session the session it proposes; empty: a new one
 * @param queueMessages at most so many messages wait on a channel; beyond it {@code queue_full}
 * @param queueBytes at most so many bytes of them; beyond it {@code queue_full}
 * @param creditThreshold above 0 and up to 1: in the founding document's grammar more is asked for
 *     when less than this part of the credit it began with is left
 * @param client the bounds of any client: timeouts, waits, and the longest message either way
 * @param haip the bounds of the conversation, the windows it announces among them
 */
public record HaipOptions(
    Flow flow,
    String session,
    int queueMessages,
    int queueBytes,
    double creditThreshold,
    ClientLimits client,
    HaipLimits haip) {
  /** Which grammar of flow control is spoken. */
  public enum Flow {
    /** The official one if the server has it, else what it has. */
    AUTO,
    /** The official one; a server that does not speak it is not talked to. */
    OFFICIAL,
    /** The founding document's. */
    SEED,
    /** None: the socket limits, and pauses do. */
    NONE
  }

  /** Whatever the server has; 1,000 messages and 1 MiB to a channel may wait. */
  public static final HaipOptions DEFAULTS =
      new HaipOptions(
          Flow.AUTO,
          "",
          1_000,
          1 << 20,
          HaipSetup.CREDIT_THRESHOLD,
          ClientLimits.DEFAULTS,
          HaipLimits.DEFAULTS);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a bound is not positive, the threshold no part, or the
   *     session no UUID
   */
  public HaipOptions {
    if (queueMessages < 1 || queueBytes < 1) {
      throw new IllegalArgumentException("bounds are positive");
    }
    if (!(creditThreshold > 0 && creditThreshold <= 1)) {
      throw new IllegalArgumentException("the threshold of credit is above 0 and up to 1");
    }
    if (!session.isEmpty()) {
      session = UUID.fromString(session).toString();
    }
  }

  /** With another grammar. */
  public HaipOptions withFlow(Flow other) {
    return new HaipOptions(
        other, session, queueMessages, queueBytes, creditThreshold, client, haip);
  }

  /** In this session, if the server lets it. */
  public HaipOptions withSession(String uuid) {
    return new HaipOptions(flow, uuid, queueMessages, queueBytes, creditThreshold, client, haip);
  }

  /** With another bound on what waits on a channel. */
  public HaipOptions withQueue(int messages, int bytes) {
    return new HaipOptions(flow, session, messages, bytes, creditThreshold, client, haip);
  }

  /** Asking for credit when less than this part of what it began with is left. */
  public HaipOptions withCreditThreshold(double part) {
    return new HaipOptions(flow, session, queueMessages, queueBytes, part, client, haip);
  }

  /** With other bounds of the client. */
  public HaipOptions withClient(ClientLimits limits) {
    return new HaipOptions(flow, session, queueMessages, queueBytes, creditThreshold, limits, haip);
  }

  /** With other bounds of the conversation. */
  public HaipOptions withHaip(HaipLimits limits) {
    return new HaipOptions(
        flow, session, queueMessages, queueBytes, creditThreshold, client, limits);
  }
}
