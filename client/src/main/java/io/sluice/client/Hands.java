package io.sluice.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the engine orders. Nothing here waits, throws, or calls the engine back before it has
 * returned; what comes of an order is told to the engine later, with the number of its line.
 */
interface Hands {
  /** Ask the program for a token. */
  void fetchToken(long fetch);

  /** Open a connection. */
  void open(long line, String token);

  /** Send a text message on the line that is open. */
  void send(long line, String text);

  /** Whether the line takes more without its sender's queue growing; the engine hears when. */
  boolean isReady(long line);

  /** Say goodbye behind everything that was sent, and let go. */
  void close(long line);

  /** Let go at once. */
  void drop(long line);

  /** Tell the program of the state. */
  void state(ClientState state);

  /** Tell the program of a connection that stands. */
  void connected(Connected connected);

  /** Tell the program that publications wait for slow readers. */
  void held(Held held);

  /** Tell the program that they wait no more. */
  void released(String channel);

  /** Tell the program of trouble that no future tells. */
  void error(SluiceException error);

  /** Complete a future; whoever hangs on it must not run inside the engine. */
  <T> void complete(CompletableFuture<T> future, T value);

  /** Complete a future that says nothing but that it is done. */
  void done(CompletableFuture<@Nullable Void> future);

  /** Fail a future; whoever hangs on it must not run inside the engine. */
  void fail(CompletableFuture<?> future, SluiceException error);
}
