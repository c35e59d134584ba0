package dev.primeline.activities.artifacts;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One large file on its way to S3 in parts, four at a time: memory holds those four whatever the
 * size of the file, and a part that fails is sent again by itself. The object appears whole when
 * the upload is completed, and only if there is none of its key.
 */
final class MultipartUpload {

  /** The most parts that S3 takes in one upload. */
  static final int MOST_PARTS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(MultipartUpload.class);
  private static final int AT_ONCE = 4;

  private final S3Client client;
  private final PutObjectRequest object;
  private final Path file;
  private final long partBytes;
  private final boolean checksums;

  /**
   * @param object where to, under which condition and with which metadata
   * @param partBytes of every part but the last; more where the file has too many of them
   * @param checksums whether the server compares every part with what was sent
   */
  MultipartUpload(
      S3Client client, PutObjectRequest object, Path file, long partBytes, boolean checksums)
      throws IOException {
    this.client = client;
    this.object = object;
    this.file = file;
    this.checksums = checksums;
    this.partBytes = Math.max(partBytes, Files.size(file) / MOST_PARTS + 1);
  }

  /**
   * Uploads the file.
   *
   * @return false when the server has an object of that key, or completed the upload and the answer
   *     was lost
   */
  boolean create() throws IOException {
    String id = S3Failures.insist(this::begin);
    boolean completed = false;
    try {
      List<CompletedPart> parts = uploadParts(id);
      S3Failures.insist(() -> complete(id, parts));
      completed = true;
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == S3Failures.PRECONDITION_FAILED
          || S3Failures.code(e).equals("NoSuchUpload")) {
        return false;
      }
      throw e;
    } finally {
      if (!completed) {
        abort(id);
      }
    }
  }

  private String begin() {
    return client
        .createMultipartUpload(
            r ->
                r.bucket(object.bucket())
                    .key(object.key())
                    .metadata(object.metadata())
                    .checksumAlgorithm(checksums ? ChecksumAlgorithm.CRC32 : null))
        .uploadId();
  }

  private CompleteMultipartUploadResponse complete(String id, List<CompletedPart> parts) {
    return client.completeMultipartUpload(
        r ->
            r.bucket(object.bucket())
                .key(object.key())
                .uploadId(id)
                .ifNoneMatch(object.ifNoneMatch())
                .multipartUpload(m -> m.parts(parts)));
  }

  private List<CompletedPart> uploadParts(String id) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      long bytes = Files.size(file);
      List<Future<CompletedPart>> sent = new ArrayList<>();
      for (long from = 0; from < bytes; from += partBytes) {
        int number = sent.size() + 1;
        long begin = from;
        sent.add(threads.submit(() -> upload(id, number, begin)));
      }
      List<CompletedPart> parts = new ArrayList<>();
      for (Future<CompletedPart> part : sent) {
        parts.add(part.get());
      }
      return parts;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SdkException failed) {
        throw failed;
      }
      if (e.getCause() instanceof IOException unread) {
        throw unread;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while parts were under way");
    } finally {
      threads.shutdownNow();
    }
  }

  private CompletedPart upload(String id, int number, long from) throws IOException {
    byte[] bytes = read(from);
    UploadPartResponse sent =
        client.uploadPart(
            r ->
                r.bucket(object.bucket())
                    .key(object.key())
                    .uploadId(id)
                    .partNumber(number)
                    .checksumAlgorithm(checksums ? ChecksumAlgorithm.CRC32 : null),
            RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes), bytes.length, "application/octet-stream"));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(sent.eTag())
        .checksumCRC32(sent.checksumCRC32())
        .build();
  }

  /** Parts cost money until they are completed or given up. */
  private void abort(String id) {
    try {
      client.abortMultipartUpload(r -> r.bucket(object.bucket()).key(object.key()).uploadId(id));
    } catch (SdkException e) {
      LOG.debug("the parts of {} stay until the server removes them", object.key(), e);
    }
  }

  private byte[] read(long from) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      ByteBuffer part = ByteBuffer.allocate((int) Math.min(partBytes, in.size() - from));
      while (part.hasRemaining()) {
        if (in.read(part, from + part.position()) < 0) {
          throw new EOFException("%s became shorter while it was uploaded".formatted(file));
        }
      }
      return part.array();
    }
  }
}
