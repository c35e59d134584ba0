package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class LoggingTest {

  @AfterEach
  void logNowhereAgain() throws JoranException {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    new ContextInitializer(context).autoConfig();
  }

  @Test
  void theFileHoldsOurLinesButNoRequestsOfTheStore(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("primeline.log");
    Logging.toFile(file);
    LoggerFactory.getLogger("dev.primeline.x").info("checkpoint {}", 400);
    LoggerFactory.getLogger("software.amazon.awssdk.request").info("Authorization: secret");
    assertThat(Files.readString(file)).contains("checkpoint 400").doesNotContain("secret");
  }
}
