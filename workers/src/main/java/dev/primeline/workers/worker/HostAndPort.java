package dev.primeline.workers.worker;

import dev.primeline.workflows.experiment.BadInput;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a name or an address, an IPv6 one without its brackets
 * @param port from 1 to 65535
 */
public record HostAndPort(String host, int port) {

  private static final Pattern FORM =
      Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):(?<port>[0-9]{1,5})");

  /**
   * Reads {@code localhost:7233}, {@code 10.0.0.1:7233} or {@code [::1]:7233}.
   *
   * @param variable where it stands, for the message
   */
  public static HostAndPort parse(String variable, String text) {
    Matcher form = FORM.matcher(text.strip());
    int port = form.matches() ? Integer.parseInt(form.group("port")) : 0;
    if (port < 1 || port > 65_535) {
      throw new BadInput(
          "%s: %s, expected host:port such as localhost:7233".formatted(variable, text));
    }
    return new HostAndPort(form.group("host").replaceAll("[\\[\\]]", ""), port);
  }
}
