package io.sluice.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which settings a channel has: those of the first namespace whose pattern covers it, or the
 * fallback. Immutable, for any thread.
 *
 * @param list in the order they were written
 * @param fallback for channels that are in none
 * @param reserved the channels on which none but the server's own services speak, whatever grants
 *     and namespaces say
 */
public record Namespaces(
    List<Namespace> list, ChannelSettings fallback, List<ChannelPattern> reserved) {
  /** Copies the lists. */
  public Namespaces {
    list = List.copyOf(list);
    reserved = List.copyOf(reserved);
  }

  /** Ones that reserve nothing. */
  public Namespaces(List<Namespace> list, ChannelSettings fallback) {
    this(list, fallback, List.of());
  }

  /**
   * Some channels and how they behave.
   *
   * @param pattern the channels, unless an earlier namespace has them
   */
  public record Namespace(ChannelPattern pattern, ChannelSettings settings) {}

  /** No namespaces: every channel has a log of these bounds and the defaults of the rest. */
  public static Namespaces of(Limits.Log log) {
    return new Namespaces(List.of(), ChannelSettings.of(log));
  }

  /** The settings of a channel. */
  public ChannelSettings of(ChannelName channel) {
    Namespace namespace = around(channel);
    return namespace == null ? fallback : namespace.settings();
  }

  /** The namespace that has this channel; null if none has. */
  public @Nullable Namespace around(ChannelName channel) {
    for (Namespace namespace : list) {
      if (namespace.pattern().covers(channel)) {
        return namespace;
      }
    }
    return null;
  }

  /**
   * The one namespace that has every channel this pattern covers.
   *
   * @return null if there is none: some of them may be in another, or in none
   */
  public @Nullable Namespace around(ChannelPattern pattern) {
    for (Namespace namespace : list) {
      if (namespace.pattern().covers(pattern)) {
        return namespace;
      }
      if (namespace.pattern().meets(pattern)) {
        return null;
      }
    }
    return null;
  }

  /** The namespace whose feed has all that this pattern covers; null if there is no such feed. */
  public @Nullable Namespace withFeed(ChannelPattern pattern) {
    return havingFeed(around(pattern));
  }

  /** The namespace whose feed has what is published on this channel; null if no feed has. */
  public @Nullable Namespace withFeed(ChannelName channel) {
    return havingFeed(around(channel));
  }

  /** The namespace of exactly this pattern, by which its feed is known; null if it has none. */
  public @Nullable Namespace feedOf(ChannelPattern pattern) {
    for (Namespace namespace : list) {
      if (namespace.pattern().equals(pattern)) {
        return havingFeed(namespace);
      }
    }
    return null;
  }

  private static @Nullable Namespace havingFeed(@Nullable Namespace namespace) {
    return namespace == null || namespace.settings().feed() == null ? null : namespace;
  }

  /** Whether none but the server's own services speak there. */
  public boolean isReserved(ChannelName channel) {
    for (ChannelPattern pattern : reserved) {
      if (pattern.covers(channel)) {
        return true;
      }
    }
    return false;
  }

  /** Whether grants and the channel's rights let somebody of this role publish. */
  public boolean mayPublish(Grants grants, @Nullable String role, ChannelName channel) {
    return grants.mayPublish(channel)
        && of(channel).rights().mayPublish(role)
        && !isReserved(channel);
  }

  /** Whether grants let somebody speak in the server's own name. */
  public boolean mayBroadcast(Grants grants, ChannelName channel) {
    return grants.mayBroadcast(channel) && !isReserved(channel);
  }

  /** Whether grants and the channel's rights let somebody of this role subscribe. */
  public boolean maySubscribe(Grants grants, @Nullable String role, ChannelName channel) {
    return grants.maySubscribe(channel) && of(channel).rights().maySubscribe(role);
  }

  /**
   * Whether one grant covers the pattern and the rights of the namespace around it let somebody of
   * this role subscribe. Where there is none around it there is nothing to read.
   */
  public boolean maySubscribe(Grants grants, @Nullable String role, ChannelPattern pattern) {
    Namespace namespace = around(pattern);
    return grants.maySubscribe(pattern)
        && (namespace == null || namespace.settings().rights().maySubscribe(role));
  }

  /** What is wrong with a payload of so many bytes on this channel, if anything. */
  public @Nullable Fault tooLarge(ChannelName channel, int bytes) {
    int most = of(channel).clients().payloadBytes();
    return bytes <= most
        ? null
        : new Fault(
            Code.TOO_LARGE,
            "A payload on this channel has at most " + most + " bytes",
            new Fault.Excess(bytes, most));
  }
}
