package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The SDK's unchecked exceptions in the terms of {@link ArtifactStore}. */
final class S3Failures {

  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int PRECONDITION_FAILED = 412;
  static final int NOT_IMPLEMENTED = 501;

  /** What trying again does not change: wrong place, wrong request, no permission. */
  private static final Set<Integer> USERS = Set.of(301, 400, 401, 403, NOT_FOUND);

  /** Refusals that pass: the request was late, or credentials are about to be renewed. */
  private static final Set<String> PASSING =
      Set.of("RequestTimeout", "RequestTimeTooSkewed", "ExpiredToken");

  private static final int CALLS = 3;

  private S3Failures() {}

  /** A failed call about one object. */
  static IOException of(URI object, SdkException e) {
    if (e instanceof S3Exception s3 && s3.statusCode() == NOT_FOUND && !missesBucket(s3)) {
      return new NoSuchFileException(object.toString());
    }
    return new IOException(object + ": " + reason(e), e);
  }

  /** A failed first call: {@link BadInput} where only a user can help. */
  static IOException atOpening(S3Location location, SdkException e) {
    if (e instanceof S3Exception s3
        && USERS.contains(s3.statusCode())
        && !code(s3).equals("RequestTimeout")) {
      throw new BadInput(
          "store %s cannot be written (%s): expected a bucket that exists and credentials that may write to it"
              .formatted(location, reason(e)));
    }
    return new IOException("store " + location + " does not answer: " + reason(e), e);
  }

  /** A failed read of what is no artifact: {@link BadInput} where only a user can help. */
  static IOException atReading(URI object, SdkException e) {
    if (e instanceof S3Exception s3
        && USERS.contains(s3.statusCode())
        && !PASSING.contains(code(s3))) {
      throw new BadInput(
          "%s: cannot be read (%s); expected a bucket that exists and credentials that may read it"
              .formatted(object, reason(e)));
    }
    return of(object, e);
  }

  /** Calls again when an answer ends in its middle, which the SDK takes for nonsense. */
  static <T> T insist(Supplier<T> call) throws InterruptedIOException {
    for (int calls = 1; ; calls++) {
      try {
        return call.get();
      } catch (SdkClientException e) {
        if (calls == CALLS) {
          throw e;
        }
      }
      pause(100L << calls);
    }
  }

  /** Waits before another try. */
  static void pause(long milliseconds) throws InterruptedIOException {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to try again");
    }
  }

  private static boolean missesBucket(S3Exception e) {
    return code(e).equals("NoSuchBucket");
  }

  /** The server's own error code, or an empty text. */
  static String code(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static String reason(SdkException e) {
    if (e instanceof S3Exception s3) {
      AwsErrorDetails details = s3.awsErrorDetails();
      String message = details == null ? null : details.errorMessage();
      return ("status " + s3.statusCode() + " " + code(s3) + (message == null ? "" : " " + message))
          .strip();
    }
    return String.valueOf(e.getMessage());
  }
}
