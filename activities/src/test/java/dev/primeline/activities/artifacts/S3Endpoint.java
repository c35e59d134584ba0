package dev.primeline.activities.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One bucket in memory behind as much of S3's protocol as the store speaks: conditional PUT,
 * uploads in parts, GET of a range or a version, HEAD, DELETE and paged listing, on the loopback
 * interface.
 */
public final class S3Endpoint implements AutoCloseable {

  public static final String BUCKET = "artifacts";

  /** Small, so that a short listing has several pages. */
  private static final int PAGE = 3;

  /** An object; its ETag tells contents apart. */
  public record Stored(byte[] content, Map<String, String> metadata, Instant written) {
    public Stored(byte[] content, Map<String, String> metadata) {
      this(content, metadata, Instant.now());
    }

    private String etag() {
      return "\"%s\"".formatted(Fingerprint.of(content).sha256().substring(0, 32));
    }
  }

  public final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();

  /** Names of all objects that were asked for, in order, with the range if there was one. */
  public final List<String> reads = new CopyOnWriteArrayList<>();

  /** Headers of all writes, in order. */
  final List<Headers> writes = new CopyOnWriteArrayList<>();

  final S3Parts parts = new S3Parts();

  /** How many writes of the future get this treatment. */
  final AtomicInteger conflicts = new AtomicInteger();

  final AtomicInteger lostAnswers = new AtomicInteger();

  volatile boolean ignoresConditions;
  public volatile int refusesWith;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  public S3Endpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/", 3);
      String key = path.length > 2 ? path[2] : "";
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (refusesWith != 0) {
        error(exchange, refusesWith, "AccessDenied");
      } else if (!path[1].equals(BUCKET)) {
        error(exchange, 404, "NoSuchBucket");
      } else if (query(exchange.getRequestURI()).keySet().stream()
          .anyMatch(name -> name.startsWith("upload"))) {
        inParts(exchange, key, body);
      } else {
        switch (exchange.getRequestMethod()) {
          case "PUT" -> put(exchange, key, body);
          case "DELETE" -> {
            objects.remove(key);
            exchange.sendResponseHeaders(204, -1);
          }
          default -> {
            if (key.isEmpty()) {
              list(exchange);
            } else {
              send(exchange, key);
            }
          }
        }
      }
    }
  }

  private void put(HttpExchange exchange, String key, byte[] body) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    writes.add(headers);
    byte[] content = payload(headers, body);
    String sha256 = headers.getFirst("x-amz-checksum-sha256");
    if (sha256 != null
        && !Arrays.equals(
            Base64.getDecoder().decode(sha256),
            HexFormat.of().parseHex(Fingerprint.of(content).sha256()))) {
      error(exchange, 400, "BadDigest");
    } else if (conflicts.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      error(exchange, 409, "ConditionalRequestConflict");
    } else if (!write(headers, key, new Stored(content, metadata(headers)))) {
      error(exchange, 412, "PreconditionFailed");
    } else if (lostAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      error(exchange, 500, "InternalError");
    } else {
      exchange.getResponseHeaders().set("ETag", "\"e\"");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void inParts(HttpExchange exchange, String key, byte[] body) throws IOException {
    Map<String, String> query = query(exchange.getRequestURI());
    Headers headers = exchange.getRequestHeaders();
    String id = query.getOrDefault("uploadId", "");
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        int number = Integer.parseInt(query.getOrDefault("partNumber", ""));
        if (parts.take(id, number, payload(headers, body))) {
          exchange.getResponseHeaders().set("ETag", "\"part-%d\"".formatted(number));
          exchange.sendResponseHeaders(200, -1);
        } else {
          error(exchange, 404, "NoSuchUpload");
        }
      }
      case "DELETE" -> {
        parts.forget(id);
        exchange.sendResponseHeaders(204, -1);
      }
      default -> {
        if (query.containsKey("uploads")) {
          String xml = "<InitiateMultipartUploadResult><UploadId>%s</UploadId>%s";
          String end = "</InitiateMultipartUploadResult>";
          reply(exchange, 200, xml.formatted(parts.begin(metadata(headers)), end).getBytes(UTF_8));
        } else {
          complete(exchange, key, id);
        }
      }
    }
  }

  private void complete(HttpExchange exchange, String key, String id) throws IOException {
    Optional<Stored> whole = parts.assemble(id);
    if (whole.isEmpty()) {
      error(exchange, 404, "NoSuchUpload");
    } else if (!write(exchange.getRequestHeaders(), key, whole.get())) {
      error(exchange, 412, "PreconditionFailed");
    } else {
      parts.forget(id);
      String xml = "<CompleteMultipartUploadResult><Key>%s</Key></CompleteMultipartUploadResult>";
      reply(exchange, 200, xml.formatted(escape(key)).getBytes(UTF_8));
    }
  }

  private boolean write(Headers headers, String key, Stored stored) {
    if (!ignoresConditions && "*".equals(headers.getFirst("If-None-Match"))) {
      return objects.putIfAbsent(key, stored) == null;
    }
    objects.put(key, stored);
    return true;
  }

  private void send(HttpExchange exchange, String key) throws IOException {
    Stored stored = objects.get(key);
    if (stored == null) {
      error(exchange, 404, "NoSuchKey");
      return;
    }
    String version = exchange.getRequestHeaders().getFirst("If-Match");
    if (version != null && !version.equals(stored.etag())) {
      error(exchange, 412, "PreconditionFailed");
      return;
    }
    stored.metadata().forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("ETag", stored.etag());
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (exchange.getRequestMethod().equals("GET")) {
      reads.add(range == null ? key : key + " " + range);
    }
    if (range == null) {
      reply(exchange, 200, stored.content());
    } else {
      sendRange(exchange, stored.content(), range.substring("bytes=".length()).split("-", -1));
    }
  }

  private static void sendRange(HttpExchange exchange, byte[] content, String[] range)
      throws IOException {
    int from = Integer.parseInt(range[0]);
    int to = range[1].isEmpty() ? content.length : Integer.parseInt(range[1]) + 1;
    if (from >= content.length) {
      error(exchange, 416, "InvalidRange");
      return;
    }
    int end = Math.min(to, content.length);
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, end - 1, content.length));
    reply(exchange, 206, Arrays.copyOfRange(content, from, end));
  }

  private void list(HttpExchange exchange) throws IOException {
    Map<String, String> query = query(exchange.getRequestURI());
    String prefix = query.getOrDefault("prefix", "");
    String after = query.getOrDefault("continuation-token", "");
    List<String> keys =
        objects.keySet().stream()
            .filter(k -> k.startsWith(prefix) && k.compareTo(after) > 0)
            .limit(PAGE + 1)
            .toList();
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    for (String key : keys.subList(0, Math.min(PAGE, keys.size()))) {
      Stored stored = Objects.requireNonNull(objects.get(key));
      xml.append("<Contents><Key>%s</Key>".formatted(escape(key)))
          .append("<LastModified>%s</LastModified>".formatted(stored.written()))
          .append("<ETag>%s</ETag>".formatted(stored.etag().replace("\"", "&quot;")))
          .append("<Size>%d</Size></Contents>".formatted(stored.content().length));
    }
    xml.append("<IsTruncated>").append(keys.size() > PAGE).append("</IsTruncated>");
    if (keys.size() > PAGE) {
      xml.append("<NextContinuationToken>")
          .append(escape(keys.get(PAGE - 1)))
          .append("</NextContinuationToken>");
    }
    reply(exchange, 200, xml.append("</ListBucketResult>").toString().getBytes(UTF_8));
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    String xml = "<Error><Code>%s</Code><Message>as asked</Message></Error>".formatted(code);
    reply(exchange, status, xml.getBytes(UTF_8));
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> metadata(Headers headers) {
    Map<String, String> metadata = new HashMap<>();
    headers.forEach(
        (name, values) -> {
          if (name.toLowerCase(Locale.ROOT).startsWith("x-amz-meta-")) {
            metadata.put(name, values.get(0));
          }
        });
    return metadata;
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new HashMap<>();
    for (String pair : Optional.ofNullable(uri.getRawQuery()).orElse("").split("&", -1)) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], UTF_8));
    }
    return query;
  }

  /** The object in a body: {@code size;signature CRLF bytes CRLF ... 0} when it comes in chunks. */
  private static byte[] payload(Headers headers, byte[] body) throws IOException {
    String hash = headers.getFirst("x-amz-content-sha256");
    if (hash == null || !hash.startsWith("STREAMING-")) {
      return body;
    }
    ByteArrayInputStream in = new ByteArrayInputStream(body);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      out.write(in.readNBytes(size));
      line(in);
    }
    return out.toByteArray();
  }

  private static int chunkSize(ByteArrayInputStream in) {
    return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
  }

  private static String line(ByteArrayInputStream in) {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
