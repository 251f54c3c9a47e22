package io.sluice.client.haip;

import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;

/**
 * Told what happens in a session. Called on a thread of the client's resources, one call at a time
 * and in order; it may wait. A message counts as handled when its call returns: so who is slow is
 * sent less.
 */
public interface HaipListener {
  /** The client is in another state. */
  default void onState(ClientState state) {}

  /** The session stands, at first or again. */
  default void onSession(HaipSession session) {}

  /** Any message; unless it is overridden, one of the following is called. */
  default void onMessage(HaipMessage message) {
    switch (message.type()) {
      case MESSAGE_START, MESSAGE_PART, MESSAGE_END, MESSAGE, MESSAGE_UPDATE -> onText(message);
      case AUDIO_CHUNK, AUDIO -> onAudio(message);
      case TOOL_CALL, TOOL_UPDATE, TOOL_DONE, TOOL_CANCEL, TOOL_LIST, TOOL_SCHEMA ->
          onTool(message);
      case RUN_STARTED, RUN_FINISHED, RUN_CANCEL, RUN_ERROR -> onRun(message);
      case HAI,
          PING,
          PONG,
          ERROR,
          FLOW_UPDATE,
          PAUSE_CHANNEL,
          RESUME_CHANNEL,
          REPLAY_REQUEST,
          FILE_START,
          FILE_CHUNK,
          FILE_END,
          VIDEO_FRAME,
          TRANSACTION_START,
          TRANSACTION_END,
          TRANSACTION_JOIN,
          INFO ->
          onOther(message);
    }
  }

  /** Text, or the start or end of a message that comes in parts. */
  default void onText(HaipMessage message) {}

  /** Sound: {@link HaipMessage#data}. */
  default void onAudio(HaipMessage message) {}

  /** A tool is offered, called, or says how it goes. */
  default void onTool(HaipMessage message) {}

  /** A run begins or ends. */
  default void onRun(HaipMessage message) {}

  /** Anything else. */
  default void onOther(HaipMessage message) {}

  /** The other end wants nothing more on a channel, or again; what is sent meanwhile waits. */
  default void onPaused(String channel, boolean paused) {}

  /** Something went wrong that no future tells. The client goes on by itself. */
  default void onError(SluiceException error) {}
}
