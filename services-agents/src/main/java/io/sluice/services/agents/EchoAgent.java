package io.sluice.services.agents;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says back what the person says: each message as one of its own, piece by piece as it comes, the
 * text unchanged. One for each session, whose thread owns it.
 */
public final class EchoAgent implements Agent {
  /** So many messages may be begun and not ended; the oldest are said back no further. */
  static final int OPEN = 256;

  private static final Tools TOOLS = Tools.of(BuiltInTools.ECHO);

  private @Nullable Map<String, AgentStream> echoes;

  /** One that has heard nothing yet. */
  public EchoAgent() {}

  @Override
  public Tools tools() {
    return TOOLS;
  }

  @Override
  public void heard(AgentSession session, Piece piece) throws InterruptedException {
    switch (piece) {
      case Piece.Start start -> start(session, start);
      case Piece.Part part -> {
        AgentStream echo = echoes().get(part.messageId());
        if (echo != null) {
          echo.write(part.text());
        }
      }
      case Piece.End end -> {
        AgentStream echo = echoes().remove(end.messageId());
        if (echo != null) {
          echo.end();
        }
      }
    }
  }

  private void start(AgentSession session, Piece.Start start) throws InterruptedException {
    AgentStream echo = session.stream();
    Map<String, AgentStream> open = echoes();
    open.put(start.messageId(), echo);
    if (open.size() > OPEN) {
      open.remove(open.keySet().iterator().next());
    }
    String text = start.text();
    if (text == null) {
      echo.begin();
    } else {
      echo.begin(text);
    }
  }

  private Map<String, AgentStream> echoes() {
    if (echoes == null) {
      echoes = new LinkedHashMap<>(4);
    }
    return echoes;
  }
}
