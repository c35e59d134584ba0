package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Asks web servers, within the {@link DataRoots} and outside of this machine and its link, at every
 * redirection too.
 */
final class HttpsLine {
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Duration SILENCE = Duration.ofMinutes(2);
  private static final int MOST_REDIRECTIONS = 5;
  private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);

  private final DataRoots roots;
  private final String scheme;
  private final Predicate<InetAddress> forbidden;

  HttpsLine(DataRoots roots) {
    this(
        roots,
        "https",
        host -> host.isLoopbackAddress() || host.isLinkLocalAddress() || host.isAnyLocalAddress());
  }

  /** With another scheme, and other hosts that are asked under no name. */
  HttpsLine(DataRoots roots, String scheme, Predicate<InetAddress> forbidden) {
    this.roots = roots;
    this.scheme = scheme;
    this.forbidden = forbidden;
  }

  /** The answer to a request for a file from a byte on: status 200 or 206. */
  HttpURLConnection ask(URI address, long from) throws IOException {
    URI next = address;
    for (int redirections = 0; redirections <= MOST_REDIRECTIONS; redirections++) {
      require(address, next);
      HttpURLConnection connection = connect(next, from);
      int status = connection.getResponseCode();
      if (!REDIRECTIONS.contains(status)) {
        judge(address, connection, status);
        return connection;
      }
      String location = connection.getHeaderField("Location");
      connection.disconnect();
      try {
        next = next.resolve(location == null ? "" : location);
      } catch (IllegalArgumentException e) {
        throw new IOException(address + ": redirected to what is no address", e);
      }
    }
    throw bad(address, "redirected more than %d times".formatted(MOST_REDIRECTIONS));
  }

  private static HttpURLConnection connect(URI address, long from) throws IOException {
    URLConnection opened = address.toURL().openConnection();
    if (!(opened instanceof HttpURLConnection connection)) {
      throw new IOException(address.getHost() + ": no web server");
    }
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) CONNECT.toMillis());
    connection.setReadTimeout((int) SILENCE.toMillis());
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (from > 0) {
      connection.setRequestProperty("Range", "bytes=%d-".formatted(from));
    }
    return connection;
  }

  private void require(URI address, URI next) throws IOException {
    String host = next.getHost();
    if (host == null || !scheme.equals(next.getScheme())) {
      throw bad(address, "redirected to what is no %s address".formatted(scheme));
    }
    if (!next.equals(address)) {
      // A signature may stand in it: the host is enough.
      roots.requireAddress(address + " (redirected to " + host + ")", HttpsPaths.root(next));
    }
    try {
      for (InetAddress place : InetAddress.getAllByName(host)) {
        if (forbidden.test(place)) {
          throw bad(address, "%s is this machine or on its own link".formatted(host));
        }
      }
    } catch (UnknownHostException e) {
      throw new IOException("%s: no host %s is known".formatted(address, host), e);
    }
  }

  private static void judge(URI address, HttpURLConnection connection, int status)
      throws IOException {
    if (status == 200 || status == 206) {
      return;
    }
    connection.disconnect();
    if (status == 404 || status == 410) {
      throw bad(address, "no such file (status %d)".formatted(status));
    }
    if (status == 401 || status == 403) {
      throw bad(address, "not open to everybody (status %d)".formatted(status));
    }
    throw new IOException("%s: status %d".formatted(address, status));
  }

  private static BadInput bad(URI address, String problem) {
    return new BadInput(
        "%s: %s; expected a file that a web server gives to everybody".formatted(address, problem));
  }

  /** A header of an answer. */
  static Optional<String> header(HttpURLConnection answer, String name) {
    return Optional.ofNullable(answer.getHeaderField(name)).map(String::strip);
  }
}
