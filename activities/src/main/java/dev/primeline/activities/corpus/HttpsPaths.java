package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses that one with braces stands for, as a shell has it: {@code {00000..01023}} counts,
 * with as many digits as are given, {@code {train,test}} lists; white space stands between several.
 * Whatever would let its reader in stays out: names and passwords, and queries, which carry
 * signatures.
 */
final class HttpsPaths {
  private static final int MOST = 1_000_000;
  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

  private HttpsPaths() {}

  static List<URI> find(String uri, DataRoots roots) {
    List<URI> addresses = new ArrayList<>();
    for (String pattern : uri.strip().split("\\s+", -1)) {
      for (String address : expand(uri, List.of(pattern))) {
        URI checked = check(uri, address);
        roots.requireAddress(shown(uri), root(checked));
        addresses.add(checked);
      }
    }
    return addresses;
  }

  /** One address, with no braces. */
  static URI one(String address, DataRoots roots) {
    URI checked = check(address, address);
    roots.requireAddress(shown(address), root(checked));
    return checked;
  }

  /** Scheme, host, port and path, as roots are compared with it. */
  static String root(URI address) {
    String port = address.getPort() < 0 || address.getPort() == 443 ? "" : ":" + address.getPort();
    return "https://%s%s%s"
        .formatted(address.getHost().toLowerCase(Locale.ROOT), port, address.getRawPath());
  }

  private static List<String> expand(String uri, List<String> patterns) {
    List<String> expanded = new ArrayList<>();
    boolean more = false;
    for (String pattern : patterns) {
      Matcher braces = BRACES.matcher(pattern);
      if (!braces.find()) {
        expanded.add(pattern);
        continue;
      }
      more = true;
      for (String choice : choices(uri, braces.group(1))) {
        expanded.add(
            pattern.substring(0, braces.start()) + choice + pattern.substring(braces.end()));
        if (expanded.size() > MOST) {
          throw bad(uri, "stands for more than %d files".formatted(MOST));
        }
      }
    }
    return more ? expand(uri, expanded) : expanded;
  }

  private static List<String> choices(String uri, String braces) {
    Matcher range = RANGE.matcher(braces);
    if (!range.matches()) {
      return List.of(braces.split(",", -1));
    }
    int from = Integer.parseInt(range.group(1));
    int to = Integer.parseInt(range.group(2));
    if (from > to || to - from >= MOST) {
      throw bad(uri, "counts from %d to %d".formatted(from, to));
    }
    List<String> numbers = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      numbers.add(String.format(Locale.ROOT, "%0" + range.group(1).length() + "d", i));
    }
    return numbers;
  }

  private static URI check(String uri, String address) {
    URI parsed;
    try {
      parsed = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw bad(uri, "no address");
    }
    if (!"https".equals(parsed.getScheme())) {
      throw bad(uri, "is no https address");
    }
    if (parsed.getRawUserInfo() != null
        || parsed.getRawQuery() != null
        || parsed.getRawFragment() != null) {
      throw bad(uri, "has a user, a query or a fragment, which would stay in histories");
    }
    if (parsed.getHost() == null || parsed.getRawPath().isEmpty()) {
      throw bad(uri, "names no host and file");
    }
    if (parsed.getRawPath().matches("(?i).*/(\\.|%2e){1,2}(/.*)?")) {
      throw bad(uri, "a path with dots as a part");
    }
    return parsed;
  }

  /** Without what may be a secret. */
  private static String shown(String uri) {
    return uri.replaceAll("//[^/]*@", "//...@").replaceAll("[?#].*", "?...");
  }

  private static BadInput bad(String uri, String problem) {
    return new BadInput(
        "corpus %s: %s; expected https://host/file, or several with braces: https://host/{000..127}.jsonl.gz"
            .formatted(shown(uri), problem));
  }
}
