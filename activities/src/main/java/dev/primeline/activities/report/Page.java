package dev.primeline.activities.report;

import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A run's page: one file that needs no script, no network and no other file. Its security policy
 * allows nothing but the one style sheet, named by hash.
 */
final class Page {

  private static final String STYLE = style();

  private Page() {}

  static String render(RunView run) {
    RunResult result = run.result();
    Markup html = new Markup();
    html.trusted("<!DOCTYPE html>\n").open("html", "lang", "en");
    head(html, (result.alarm().fired() ? "ALARM – " : "") + "Run " + result.runId());
    html.open("body").open("header");
    html.element("h1", "Run " + result.runId());
    html.element(
        "p",
        "Likelihoods of masked diffusion language models on held-out text",
        "class",
        "subtitle");
    html.close("header").open("main");
    if (result.alarm().fired()) {
      alarm(html, result.alarm());
    }
    List<String> sentences = Headline.sentences(result);
    html.element("p", sentences.get(0), "class", "lede");
    sentences.stream().skip(1).forEach(sentence -> html.element("p", sentence));
    ScoreSection.write(html, run);
    OtherBoundSection.write(html, run);
    CurveSection.learning(html, run);
    DigitSection.write(html, run);
    CurveSection.maskRatio(html, run);
    SampleSection.write(html, run);
    FactSection.write(html, run);
    ProvenanceSection.write(html, run);
    html.element(
        "p",
        "What the plots show, not rounded and not thinned out, is beside this page in the store: "
            + String.join(", ", PlottedData.NAMES)
            + ".",
        "class",
        "note");
    html.close("main");
    foot(html);
    return html + "\n";
  }

  /** The end of any page of ours. */
  static void foot(Markup html) {
    html.open("footer");
    html.element("p", "Written by Primeline. Everything on this page is in this file.");
    html.close("footer").close("body").close("html");
  }

  /** The head of any page of ours, with its one style sheet. */
  static void head(Markup html, String title) {
    String hash =
        Base64.getEncoder()
            .encodeToString(Hashes.sha256().digest(STYLE.getBytes(StandardCharsets.UTF_8)));
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'sha256-" + hash + "'; base-uri 'none'; form-action 'none'");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "referrer", "content", "no-referrer");
    html.element("title", title);
    html.open("style").trusted(STYLE).close("style").close("head");
  }

  private static void alarm(Markup html, RunResult.Alarm alarm) {
    html.open("section", "class", "alarm", "role", "alert");
    html.element("h2", "The self-check fired: these numbers must not be believed");
    html.element(
        "p",
        "A likelihood on this page contradicts what is known to be true, so the estimator is wrong"
            + " somewhere. Nothing below may be quoted or compared.");
    html.open("ul");
    alarm.messages().forEach(message -> html.element("li", message));
    html.close("ul").close("section");
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("page.css")) {
      if (in == null) {
        throw new IllegalStateException("page.css is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
