package io.sluice.model;

/**
 * Every answer to a request that was not done. The connection stays. The table is printed into
 * {@code docs/errors.md} by a test.
 */
public enum Code {
  INVALID_JSON(
      "invalid_json",
      "The message is not one JSON object, or breaks a limit on depth, names or numbers.",
      "Send one JSON object per message; see limits.json."),
  UNKNOWN_ACTION(
      "unknown_action",
      "The action is not one of this protocol's.",
      "Use subscribe, unsubscribe, publish, credit, history, presence, refresh or ping."),
  MISSING_FIELD(
      "missing_field", "A field this action needs is absent.", "Add the field the message names."),
  INVALID_FIELD(
      "invalid_field",
      "A field has the wrong type, range or length.",
      "Correct the field the message names."),
  INVALID_CHANNEL(
      "invalid_channel",
      "The name is not 1 to 128 of the characters A-Z a-z 0-9 _ . : and -.",
      "Use a valid name."),
  INVALID_FILTER(
      "invalid_filter",
      "The filters are not an object of scalars or arrays of scalars, or exceed their limits.",
      "Send {field: value} or {field: [value, …]}, at most limits.session.filterBytes."),
  INVALID_CREDIT(
      "invalid_credit",
      "Credit is negative, fractional, above 2^53-1, or would lift the balance above it.",
      "Grant whole numbers from 0 on."),
  INVALID_POSITION(
      "invalid_position",
      "since is not {epoch, offset}, or names an offset the log has not reached.",
      "Store epoch and offset as they were received."),
  FORBIDDEN(
      "forbidden",
      "The token does not allow this on this channel.",
      "Ask for a token with a grant for the channel."),
  INVALID_TOKEN(
      "invalid_token",
      "The token of a refresh is malformed, expired, signed by another key, or another user's.",
      "Fetch a fresh token for the same user; the old one stays in force."),
  TOKEN_UNCHECKED(
      "token_unchecked",
      "The token of a refresh cannot be checked now: the key server does not answer.",
      "Refresh again in a moment; the old token stays in force."),
  PRESENCE_OFF(
      "presence_off",
      "The server does not keep who is subscribed (limits.presence.memberships is 0), or does not"
          + " tell it of this channel (channels[].presence).",
      "Leave presence out."),
  POLICY_NOT_ALLOWED(
      "policy_not_allowed",
      "The policy is not offered on this channel.",
      "Leave policy out, or use the channel's default."),
  NO_FEED(
      "no_feed",
      "The pattern does not lie wholly inside one namespace that has a feed.",
      "Subscribe to channels by name, or configure channels[].feed for a namespace around it."),
  CHANNEL_FULL(
      "channel_full",
      "The channel, or the feed, has channels[].clients.subscribers subscriptions on this node.",
      "Retry later, or raise the limit."),
  TOO_LARGE(
      "too_large",
      "The payload is larger than channels[].clients.payloadBytes.",
      "Publish less at a time."),
  HOLD_FULL(
      "hold_full",
      "A slow reader holds the channel, and limits.session.heldPublishes or heldBytes of this"
          + " connection wait for it already; what comes over no connection may not wait at all.",
      "Wait for released, then publish again; over REST, retry a moment later."),
  HOLD_LOST(
      "hold_lost",
      "This reader has not moved for channels[].hold.patience, and slows the writers no more.",
      "Read faster, or grant credit; subscribe anew to hold again."),
  ALREADY_SUBSCRIBED(
      "already_subscribed",
      "The subscription is live, and policy, conflateBy or since cannot change under it.",
      "Unsubscribe first."),
  NOT_SUBSCRIBED(
      "not_subscribed",
      "Credit was granted to a channel without a subscription.",
      "Subscribe first."),
  SUBSCRIPTION_LIMIT(
      "subscription_limit",
      "The connection holds limits.session.subscriptions subscriptions.",
      "Unsubscribe from some, or open another connection."),
  FILTER_LIMIT(
      "filter_limit",
      "The subscription holds limits.session.filters filters, or all of the connection's together"
          + " have limits.session.allFilterBytes.",
      "Unsubscribe with filters to remove one."),
  CHANNEL_LIMIT(
      "channel_limit",
      "The server holds limits.hub.channels channels and feeds.",
      "Retry later, or use fewer channels."),
  MEMORY_LIMIT(
      "memory_limit",
      "All logs together hold limits.hub.logBytes, and evicting this channel's own is not enough.",
      "Retry later, publish less, or raise the limit."),
  BUSY(
      "busy",
      "More publishes, commands or inquiries are in flight on this connection than limits.session"
          + " allows, or a second refresh.",
      "Wait for answers, then ask again."),
  BROKER_UNAVAILABLE(
      "broker_unavailable",
      "The publication could not be appended, and was not.",
      "Publish again with the same idempotencyKey."),
  SHUTTING_DOWN(
      "shutting_down", "The server is stopping and takes nothing new.", "Reconnect and repeat."),
  GAP(
      "gap",
      "Publications were lost to this subscriber: the log's bounds passed it, or its policy let"
          + " them go.",
      "Read faster, or raise the log's bounds.");

  private final String text;
  private final String cause;
  private final String cure;

  Code(String text, String cause, String cure) {
    this.text = text;
    this.cause = cause;
    this.cure = cure;
  }

  /** The code on the wire. */
  public String text() {
    return text;
  }

  /** What brings it about. */
  public String cause() {
    return cause;
  }

  /** What to do about it. */
  public String cure() {
    return cure;
  }
}
