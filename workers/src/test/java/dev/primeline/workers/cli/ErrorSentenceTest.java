package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class ErrorSentenceTest {

  @Test
  void badInputSpeaksForItselfThroughAnyWrapping() {
    BadInput input = new BadInput("seed: \"x\", expected a whole number");
    Exception wrapped = new IllegalStateException(new RuntimeException("noise", input));
    assertThat(ErrorSentence.of(wrapped)).isEqualTo("seed: \"x\", expected a whole number");
    assertThat(ErrorSentence.blamesInput(wrapped)).isTrue();
  }

  @Test
  void aWorkflowsFailureSpeaksWithTheSentenceOfItsActivity() {
    ApplicationFailure failure = FailureKind.BAD_INPUT.because("a.txt: empty");
    assertThat(ErrorSentence.of(new RuntimeException("Workflow failed", failure)))
        .isEqualTo("a.txt: empty");
    assertThat(ErrorSentence.blamesInput(failure)).isTrue();
    assertThat(ErrorSentence.blamesInput(FailureKind.TROUBLE.because("disk"))).isFalse();
  }

  @Test
  void filesAreNamedWithWhatIsWrongWithThem() {
    assertThat(ErrorSentence.of(new UncheckedIOException(new NoSuchFileException("a.txt"))))
        .isEqualTo("a.txt: no such file");
    assertThat(ErrorSentence.of(new AccessDeniedException("/root/x")))
        .isEqualTo("/root/x: permission denied");
  }

  @Test
  void anythingElseKeepsItsKindAndStaysOnOneLine() {
    assertThat(ErrorSentence.of(new IOException("disk\n  is  full\n"))).isEqualTo("disk is  full");
    assertThat(ErrorSentence.of(new IOException("tensor\t\u001b[2Jx"))).isEqualTo("tensor ?[2Jx");
    assertThat(ErrorSentence.of(new java.net.UnknownHostException("nowhere.example")))
        .isEqualTo("unknown host: nowhere.example");
    assertThat(ErrorSentence.of(new IllegalStateException())).isEqualTo("illegal state");
  }
}
