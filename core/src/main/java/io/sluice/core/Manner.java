package io.sluice.core;

import io.sluice.core.log.Log;
import io.sluice.core.log.StateLog;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Fault;
import io.sluice.model.Policy;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen to a subscriber that cannot take more.
 *
 * @param conflateBy what makes publications the same thing; counts for {@link Policy#LATEST} only
 */
record Manner(Policy policy, String conflateBy) {
  static final Manner LOSSLESS =
      new Manner(Policy.LOSSLESS, ChannelSettings.Delivery.DEFAULTS.conflateBy());

  /**
   * What a new subscription asks for, and else the channel's default; but whose frames are stamped
   * is spared nothing, for which publications concern it no table knows.
   */
  static Manner of(Command.Subscribe asked, ChannelSettings.Delivery channel, boolean stamped) {
    Policy policy = asked.policy();
    String conflateBy = asked.conflateBy();
    if (policy == null) {
      boolean spared = stamped && channel.policy() == Policy.LATEST;
      policy = spared ? Policy.LOSSLESS : channel.policy();
    }
    return new Manner(policy, conflateBy == null ? channel.conflateBy() : conflateBy);
  }

  /** What is wrong with what a new subscription asks for, if anything. */
  static @Nullable Fault refusal(
      Command.Subscribe asked, ChannelSettings.Delivery channel, boolean stamped) {
    Policy policy = of(asked, channel, stamped).policy();
    if (!channel.allowed().contains(policy) || (stamped && policy == Policy.LATEST)) {
      return new Fault(
          Code.POLICY_NOT_ALLOWED,
          "Policy " + policy.wireName() + " is not allowed on this channel");
    }
    if (asked.conflateBy() != null && policy != Policy.LATEST) {
      return new Fault(Code.POLICY_NOT_ALLOWED, "conflateBy needs the policy latest");
    }
    return null;
  }

  /** What is wrong with what is asked of a live subscription: to be as it is, or nothing. */
  static @Nullable Fault refusal(Command.Subscribe asked, Cursor live) {
    if (asked.policy() != null && asked.policy() != live.policy()) {
      return new Fault(Code.ALREADY_SUBSCRIBED, "policy cannot change a live subscription");
    }
    String conflateBy = live instanceof LatestCursor latest ? latest.conflateBy : null;
    if (asked.conflateBy() != null && !asked.conflateBy().equals(conflateBy)) {
      return new Fault(Code.ALREADY_SUBSCRIBED, "conflateBy cannot change a live subscription");
    }
    return null;
  }

  /** Whether a new subscription begins with all that holds now. */
  boolean beginsWithState(Log log) {
    return policy == Policy.LATEST && log.state() != null;
  }

  /** A new cursor of this kind. */
  Cursor cursor(Session session, Fanout fanout, Roster roster) {
    StateLog state = fanout.log().state();
    return switch (policy) {
      case LOSSLESS -> new Cursor(session, fanout, roster);
      case LATEST ->
          state == null
              ? new LatestCursor(session, fanout, roster, conflateBy)
              : new StateCursor(session, fanout, roster, state);
      case DROP_OLDEST -> new DropOldestCursor(session, fanout, roster);
      case DISCONNECT -> new DisconnectCursor(session, fanout, roster);
    };
  }
}
