package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server is on this machine and speaks plain HTTP, both of which the product refuses. */
final class HttpsCorpusTest {
  private final List<String> requests = new ArrayList<>();
  private byte[] content = new byte[300_000];
  private String version = "\"one\"";
  private int cuts;
  private int status = 200;
  private boolean knowsRanges = true;
  private String redirection = "";
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    new Random(8).nextBytes(content);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
      if (!redirection.isEmpty() && exchange.getRequestURI().getPath().equals("/file")) {
        exchange.getResponseHeaders().set("Location", redirection);
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      if (status != 200) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      if (!version.isEmpty()) {
        exchange.getResponseHeaders().set("ETag", version);
      }
      int from = 0;
      if (range != null && knowsRanges) {
        from = Integer.parseInt(range.replaceAll("\\D", ""));
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
      }
      byte[] body = Arrays.copyOfRange(content, from, content.length);
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, body.length);
      int sent = cuts-- > 0 ? body.length / 2 : body.length;
      exchange.getResponseBody().write(body, 0, sent);
    }
  }

  @Test
  void aConnectionThatBreaksIsTakenUpWhereItBroke() throws IOException {
    cuts = 2;
    assertThat(read(file("/file"))).isEqualTo(content);
    assertThat(requests).containsExactly("/file", "/file bytes=150000-", "/file bytes=225000-");
  }

  @Test
  void aServerWithoutRangesIsReadFromTheBeginningAgain() throws IOException {
    cuts = 1;
    knowsRanges = false;
    version = "";
    assertThat(read(file("/file"))).isEqualTo(content);
    assertThat(requests).hasSize(2);
  }

  @Test
  void anotherVersionIsNotReadOn() throws IOException {
    HttpsFile file = file("/file");
    read(file);
    version = "\"two\"";
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(BadInput.class)
        .hasMessageEndingWith(
            "/file: changed while it was read (it is no longer the version \"one\"); expected files"
                + " that stay as they are");
  }

  @ParameterizedTest
  @CsvSource({
    "404, no such file (status 404)",
    "403, not open to everybody (status 403)",
  })
  void aFileThatIsNotGivenIsRefused(int answer, String problem) {
    status = answer;
    assertThatThrownBy(() -> read(file("/file")))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "%s: %s; expected a file that a web server gives to everybody",
            address("/file"), problem);
    assertThat(requests).hasSize(1);
  }

  @Test
  void redirectionsAreFollowedWhereRootsAllow() throws IOException {
    redirection = "/other/place?signature=secret";
    assertThat(read(file("/file"))).isEqualTo(content);
    assertThat(requests).containsExactly("/file", "/other/place");
    DataRoots few = DataRoots.under(List.of(), List.of("https://127.0.0.1:1/file"));
    var file = new HttpsFile(address("/file"), new HttpsLine(few, "http", host -> false));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("/file (redirected to 127.0.0.1): not a file that this worker may")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/x", "file:///etc/passwd", "https://127.0.0.1/x"})
  void redirectionsToOtherKindsOfAddressesAreRefused(String there) {
    redirection = there;
    assertThatThrownBy(() -> read(file("/file")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("/file: redirected to what is no http address");
  }

  @Test
  void redirectionsInACircleAreRefused() {
    redirection = "/file";
    assertThatThrownBy(() -> read(file("/file"))).hasMessageContaining("redirected more than 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://[::1]/a",
        "https://169.254.169.254/a",
        "https://0.0.0.0/a",
        "https://[::ffff:127.0.0.1]/a"
      })
  void thisMachineAndItsLinkAreRefused(String uri) throws IOException {
    try (CorpusSources sources = CorpusSources.everywhere()) {
      SourceFile file = sources.find(uri).get(0);
      assertThatThrownBy(() -> file.open(0).read())
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("is this machine or on its own link");
    }
  }

  @Test
  void bracesStandForSeveralFiles() {
    assertThat(HttpsPaths.find("https://a.org/{x,y}-{08..10}-of-11", DataRoots.everywhere()))
        .extracting(URI::getPath)
        .containsExactly(
            "/x-08-of-11",
            "/x-09-of-11",
            "/x-10-of-11",
            "/y-08-of-11",
            "/y-09-of-11",
            "/y-10-of-11");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://me:pw@a.org/x | https://...@a.org/x: has a user, a query or a fragment, which",
        "https://a.org/x?sig=1 | https://a.org/x?...: has a user, a query or a fragment, which",
        "https://a.org | https://a.org: names no host and file;",
        "https://a.org/a b | https://a.org/a b: is no https address;",
        "https://a.org/../b | https://a.org/../b: a path with dots as a part;",
        "https://a.org/%2E%2e/b | https://a.org/%2E%2e/b: a path with dots as a part;",
        "https://a.org/{9..1} | https://a.org/{9..1}: counts from 9 to 1;",
        "https://a.org/{0..9999999} | https://a.org/{0..9999999}: counts from 0 to 9999999;"
      })
  void addressesThatAreNoneOrCarrySecretsAreRefused(String uri, String message) {
    assertThatThrownBy(() -> HttpsPaths.find(uri, DataRoots.everywhere()))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith("corpus " + message);
  }

  @Test
  void onlyHostsOfTheRootsAreRead() {
    DataRoots roots = DataRoots.under(List.of(), List.of("https://a.org/data", "https://b.org:81"));
    assertThat(HttpsPaths.find("https://A.org:443/data/{1..3}", roots)).hasSize(3);
    assertThat(HttpsPaths.find("https://b.org:81/x", roots)).hasSize(1);
    for (String outside :
        List.of("https://a.org/x", "https://a.org.evil/data/x", "https://b.org/x")) {
      assertThatThrownBy(() -> HttpsPaths.find(outside, roots))
          .hasMessageContaining("not a file that this worker may read");
    }
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private HttpsFile file(String path) {
    return new HttpsFile(
        address(path), new HttpsLine(DataRoots.everywhere(), "http", host -> false));
  }

  private static byte[] read(HttpsFile file) throws IOException {
    try (var in = file.open(0)) {
      return in.readAllBytes();
    }
  }
}
