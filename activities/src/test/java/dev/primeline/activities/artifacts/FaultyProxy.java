package dev.primeline.activities.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A bad line to a good S3 server: what happens to each request, {@code next} says. */
public final class FaultyProxy implements AutoCloseable {

  /** What can happen to a request. */
  public enum Fault {
    NONE,
    /** No answer comes. */
    SILENCE,
    /** Refused before the server hears of it. */
    ERROR_500,
    SLOW_DOWN_503,
    CONFLICT_409,
    CLOCK_SKEW_403,
    /** The connection ends before half of the request is read. */
    CUT_REQUEST,
    /** The server did it, and the answer ends in the middle. */
    CUT_ANSWER,
    /** The server did it, and the answer is another. */
    LOST_ANSWER
  }

  private static final Set<String> HOP =
      Set.of("connection", "content-length", "expect", "transfer-encoding", "upgrade");

  static {
    // Requests are signed with the name under which this proxy was called.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  public final AtomicInteger faults = new AtomicInteger();

  private final URI upstream;
  private final Supplier<Fault> next;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();

  public FaultyProxy(URI upstream, Supplier<Fault> next) throws IOException {
    this.upstream = upstream;
    this.next = next;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
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

  private void handle(HttpExchange exchange) throws IOException {
    Fault fault = next.get();
    if (fault == Fault.CLOCK_SKEW_403 && exchange.getRequestMethod().equals("HEAD")) {
      // Its answer has no room for the reason, and the SDK has learned the offset before.
      fault = Fault.NONE;
    }
    faults.addAndGet(fault == Fault.NONE ? 0 : 1);
    try (exchange) {
      switch (fault) {
        case SILENCE -> Thread.sleep(1500);
        case ERROR_500 -> refuse(exchange, 500, "InternalError");
        case SLOW_DOWN_503 -> refuse(exchange, 503, "SlowDown");
        case CONFLICT_409 -> refuse(exchange, 409, "ConditionalRequestConflict");
        case CLOCK_SKEW_403 -> refuse(exchange, 403, "RequestTimeTooSkewed");
        case CUT_REQUEST -> exchange.getRequestBody().readNBytes(1000);
        default -> forward(exchange, fault);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange, Fault fault)
      throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
    if (fault == Fault.LOST_ANSWER) {
      refuse(exchange, 500, "InternalError");
      return;
    }
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!HOP.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
              }
            });
    answer(exchange, answer, fault);
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer, Fault fault)
      throws IOException {
    byte[] content = answer.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      answer
          .headers()
          .firstValue("Content-Length")
          .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
      exchange.sendResponseHeaders(answer.statusCode(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.statusCode(), content.length == 0 ? -1 : content.length);
    // Closing a stream that is not full is what cuts the connection.
    int sent = fault == Fault.CUT_ANSWER ? content.length / 2 : content.length;
    exchange.getResponseBody().write(content, 0, sent);
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] xml =
        "<Error><Code>%s</Code><Message>as asked</Message></Error>".formatted(code).getBytes(UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : xml.length);
    if (!head) {
      exchange.getResponseBody().write(xml);
    }
  }
}
