package io.sluice.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.sluice.server.config.Nearest;
import io.sluice.server.config.SettingsException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sets up the log when the first line is written: plain text on standard error, at the level {@code
 * SLUICE_LOG} names. Code and not a file, because reading one takes a tenth of the time a start
 * takes.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String VARIABLE = "SLUICE_LOG";
  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

  /** Made by the log itself. */
  public Logging() {}

  /** Refuses a level that does not exist. */
  static void check(Map<String, String> environment) throws SettingsException {
    String level = environment.getOrDefault(VARIABLE, "").toLowerCase(Locale.ROOT);
    if (!level.isEmpty() && !LEVELS.contains(level)) {
      throw new SettingsException(
          VARIABLE + ": there is no such level" + Nearest.hint(level, LEVELS));
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext logs) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(logs);
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSX,UTC} %-5level %logger{0}: %msg%n");
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(logs);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    Level level = Level.toLevel(System.getenv(VARIABLE), Level.INFO);
    logs.getLogger("ROOT").setLevel(level);
    logs.getLogger("ROOT").addAppender(console);
    // Netty says at debug what it found on the machine, some hundred lines of it.
    logs.getLogger("io.netty").setLevel(level == Level.TRACE ? Level.DEBUG : Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
