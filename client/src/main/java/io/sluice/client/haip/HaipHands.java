package io.sluice.client.haip;

import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.protocol.haip.HaipMetrics;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the engine orders. Nothing here waits, throws, or calls the engine back before it has
 * returned.
 */
interface HaipHands {
  /** Ask the program for a token. */
  void fetchToken(long fetch);

  /** Open a connection; what is sent before it stands goes when it does. */
  void open(long line, String token);

  /** Send a text message, in UTF-8. */
  void send(byte[] text);

  /** Send a binary message. */
  void sendBinary(byte[] bytes);

  /** Send a ping. */
  void ping();

  /** Whether the line takes more without its sender's queue growing. */
  boolean isReady();

  /** Read, or do not. */
  void read(boolean wanted);

  /** Say goodbye behind everything that was sent, and let go. */
  void close();

  /** Let go at once. */
  void drop();

  /** Tell the program of the state. */
  void state(ClientState state);

  /** Tell the program of a session that stands. */
  void session(HaipSession session);

  /** Tell the program of a message; the engine hears when it is handled. */
  void message(long ticket, HaipMessage message);

  /** Tell the program that the agent's end wants nothing more on a channel, or goes on. */
  void paused(String channel, boolean paused);

  /** How the channels stand. */
  void channels(List<HaipMetrics> channels);

  /** Tell the program of trouble that no future tells. */
  void error(SluiceException error);

  /** Complete a future; whoever hangs on it must not run inside the engine. */
  <T extends @Nullable Object> void complete(CompletableFuture<T> future, T value);

  /** Fail a future; whoever hangs on it must not run inside the engine. */
  void fail(CompletableFuture<?> future, SluiceException error);
}
