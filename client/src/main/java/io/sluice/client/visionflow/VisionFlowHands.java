package io.sluice.client.visionflow;

import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the engine orders. Nothing here waits, throws, or calls the engine back before it has
 * returned.
 */
interface VisionFlowHands {
  /** Ask the program for a token. */
  void fetchToken(long fetch);

  /** Open a connection; what is sent before it stands goes when it does. */
  void open(long line, String token);

  /** Send a text message, in UTF-8. */
  void send(byte[] text);

  /** Send a binary message; the bytes are handed over. */
  void sendBinary(byte[] bytes);

  /** Whether the line takes more without much waiting behind it. */
  boolean isReady();

  /** Read, or do not. */
  void read(boolean wanted);

  /** Say goodbye behind everything that was sent, and let go. */
  void close();

  /** Let go at once. */
  void drop();

  /** Tell the program of the state. */
  void state(ClientState state);

  /** Tell the program of trouble that no future tells. */
  void error(SluiceException error);

  /** Complete a future; whoever hangs on it must not run inside the engine. */
  void complete(CompletableFuture<@Nullable Void> future);

  /** Fail a future; whoever hangs on it must not run inside the engine. */
  void fail(CompletableFuture<?> future, SluiceException error);
}
