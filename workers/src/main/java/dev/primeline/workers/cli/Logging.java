package dev.primeline.workers.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: nowhere, until a command chooses. A terminal shows what a command says, never
 * what its libraries say.
 */
final class Logging {

  private static final String PATTERN = "%d{ISO8601,UTC} %-5level %logger{30} - %msg%n";

  private Logging() {}

  /** What libraries say by java.util.logging, or by dying threads, goes where log lines go. */
  static void takeOverLibraries() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger.getLogger("").addHandler(new Forwarder());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) ->
            LoggerFactory.getLogger(Logging.class).error("{} died", thread.getName(), error));
  }

  private static final class Forwarder extends Handler {

    private final Formatter words = new SimpleFormatter();

    @Override
    public void publish(LogRecord line) {
      int level = line.getLevel().intValue();
      LoggerFactory.getLogger(String.valueOf(line.getLoggerName()))
          .atLevel(
              level >= java.util.logging.Level.SEVERE.intValue()
                  ? org.slf4j.event.Level.ERROR
                  : level >= java.util.logging.Level.WARNING.intValue()
                      ? org.slf4j.event.Level.WARN
                      : org.slf4j.event.Level.INFO)
          .setCause(line.getThrown())
          .log(words.formatMessage(line));
    }

    @Override
    public void flush() {
      // The lines are the log's now.
    }

    @Override
    public void close() {
      // Nothing is open here.
    }
  }

  /** Also into a file, of which the last 30 MB are kept; its folder must exist. */
  static void toFile(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setFile(file.toString());
    FixedWindowRollingPolicy naming = new FixedWindowRollingPolicy();
    naming.setContext(context);
    naming.setParent(appender);
    naming.setFileNamePattern(file + ".%i");
    naming.setMinIndex(1);
    naming.setMaxIndex(2);
    naming.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FileSize.valueOf("10MB"));
    size.start();
    appender.setRollingPolicy(naming);
    appender.setTriggeringPolicy(size);
    attach(context, appender);
  }

  /** Also onto standard error, from this level up: for processes that nobody watches. */
  static void toStandardError(String level) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setTarget("System.err");
    ch.qos.logback.classic.filter.ThresholdFilter threshold =
        new ch.qos.logback.classic.filter.ThresholdFilter();
    threshold.setLevel(Level.toLevel(level, Level.INFO).toString());
    threshold.start();
    appender.addFilter(threshold);
    attach(context, appender);
  }

  private static void attach(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }
}
