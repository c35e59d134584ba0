package dev.primeline.activities.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.FaultyProxy;
import dev.primeline.activities.artifacts.FaultyProxy.Fault;
import dev.primeline.activities.artifacts.S3Endpoint;
import dev.primeline.activities.artifacts.StoreSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class S3CorpusTest {
  private static final String BUCKET = "s3://" + S3Endpoint.BUCKET;
  private static final Map<String, String> CREDENTIALS =
      Map.of("aws.accessKeyId", "nobody", "aws.secretAccessKey", "nothing");

  private S3Endpoint endpoint;
  private CorpusSources sources;

  @BeforeAll
  static void setCredentials() {
    CREDENTIALS.forEach(System::setProperty);
  }

  @AfterAll
  static void clearCredentials() {
    CREDENTIALS.keySet().forEach(System::clearProperty);
  }

  @BeforeEach
  void fill() throws IOException {
    endpoint = new S3Endpoint();
    sources = sources(endpoint.address(), DataRoots.everywhere());
    put("web/b/2.txt", "two");
    put("web/b/1.txt", "one");
    put("web/a.jsonl", "{\"text\": \"zero\"}\n");
    put("web/b/", "");
    put("web/.hidden/x.txt", "no");
    put("web2/x.txt", "other");
  }

  @AfterEach
  void close() {
    sources.close();
    endpoint.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web/b/1.txt | one",
        "web/ | zero one two",
        "web | zero one two",
        "web/** | zero one two",
        "web/* | zero",
        "web/b/[2-9].txt | two",
        "web/**/?.txt | one two",
        "web*/{x,y}.txt | other"
      })
  void namesFoldersAndGlobsMeanWhatTheyMeanLocally(String key, String expected) throws IOException {
    assertThat(String.join(" ", texts(BUCKET + "/" + key))).isEqualTo(expected);
  }

  @Test
  void theSameBytesAreTheSameCorpusWhereverTheyLie() throws IOException {
    String there = open(BUCKET + "/web/b/1.txt").fingerprint();
    put("elsewhere/text.txt", "one");
    assertThat(open(BUCKET + "/elsewhere").fingerprint()).isEqualTo(there);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s3://artifacts/absent.txt | no such object, and none below it;
          s3://artifacts/*.parquet  | no object matches;
          s3://x/a                  | names no bucket;
          s3://artifacts/a/../b     | a name with an empty part, a dot or two as one, or a control
          s3://artifacts/a//b       | a name with an empty part, a dot or two as one, or a control
          """)
  void aNameWithoutTextIsRefused(String uri, String message) {
    assertThatThrownBy(() -> texts(uri))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith("corpus " + uri + ": " + message)
        .hasMessageEndingWith(
            "expected s3://bucket/key, s3://bucket/prefix/ or s3://bucket/prefix/**");
  }

  @Test
  void whatMayNotBeReadIsRefusedWithTheServersWord() {
    endpoint.refusesWith = 403;
    assertThatThrownBy(() -> texts(BUCKET + "/web/"))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "s3://artifacts/web/: cannot be read (status 403 AccessDenied as asked); expected a bucket that exists and credentials that may read it");
    endpoint.refusesWith = 0;
    assertThatThrownBy(() -> texts("s3://elsewhere/**"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("NoSuchBucket");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/web2/x.txt", "/web2/", "/", "/w*/**", "", "/we", "/b/web/b"})
  void nothingOutsideTheRootsIsAskedFor(String place) {
    DataRoots roots = DataRoots.under(List.of(), List.of(BUCKET + "/web/"));
    try (CorpusSources few = sources(URI.create("http://127.0.0.1:1"), roots)) {
      assertThatThrownBy(() -> few.find(BUCKET + place))
          .isInstanceOf(BadInput.class)
          .hasMessage(
              "corpus %s: not a file that this worker may read, expected one below PRIMELINE_DATA_ROOTS (s3://artifacts/web)",
              BUCKET + place);
    }
  }

  @Test
  void whatLiesBelowARootIsRead() throws IOException {
    DataRoots roots = DataRoots.under(List.of(), List.of(BUCKET + "/web"));
    try (CorpusSources few = sources(endpoint.address(), roots)) {
      assertThat(few.find(BUCKET + "/web")).hasSize(3);
      assertThat(few.find(BUCKET + "/web/b/*")).hasSize(2);
      assertThatThrownBy(() -> few.find("pom.xml")).hasMessageContaining("not a file that this");
    }
  }

  @Test
  void aConnectionThatBreaksIsTakenUpWhereItBroke() throws IOException {
    String text = text(600_000);
    put("long/a.txt", text);
    AtomicInteger cuts = new AtomicInteger();
    try (var proxy =
            new FaultyProxy(
                endpoint.address(),
                () -> cuts.getAndDecrement() > 0 ? Fault.CUT_ANSWER : Fault.NONE);
        CorpusSources bad = sources(proxy.address(), DataRoots.everywhere())) {
      TextCorpus corpus = open(bad, BUCKET + "/long/a.txt");
      endpoint.reads.clear();
      cuts.set(3);
      List<String> texts = new ArrayList<>();
      corpus.forEach(n -> {}, document -> texts.add(document.text()));
      assertThat(texts).containsExactly(text);
      assertThat(endpoint.reads).hasSize(4).first().isEqualTo("long/a.txt");
      assertThat(endpoint.reads.subList(1, 4))
          .allSatisfy(read -> assertThat(read).matches("long/a\\.txt bytes=[1-9]\\d*-"));
    }
  }

  @Test
  void anObjectThatChangesBetweenTwoReadingsIsRefused() throws IOException {
    put("web/c.txt", "one version");
    TextCorpus corpus = open(BUCKET + "/web/c.txt");
    put("web/c.txt", "two version");
    assertThatThrownBy(() -> corpus.forEach(n -> {}, d -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessageMatching(
            "s3://artifacts/web/c\\.txt: changed while it was read \\(it is no longer the version \"[0-9a-f]+\"\\); expected objects that stay as they are");
  }

  @Test
  void anObjectThatChangesWhileItIsReadIsNotReadOn() throws IOException {
    put("long/a.txt", text(600_000));
    AtomicInteger requests = new AtomicInteger(-100);
    try (var proxy =
            new FaultyProxy(
                endpoint.address(),
                () -> {
                  int request = requests.incrementAndGet();
                  if (request == 2) {
                    put("long/a.txt", text(600_001));
                  }
                  return request == 1 ? Fault.CUT_ANSWER : Fault.NONE;
                });
        CorpusSources bad = sources(proxy.address(), DataRoots.everywhere())) {
      TextCorpus corpus = open(bad, BUCKET + "/long/a.txt");
      requests.set(0);
      assertThatThrownBy(() -> corpus.forEach(n -> {}, d -> {}))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("long/a.txt: changed while it was read");
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void anObjectThatVanishesIsSaidToHaveVanished() throws IOException {
    TextCorpus corpus = open(BUCKET + "/web/b/1.txt");
    endpoint.objects.remove("web/b/1.txt");
    assertThatThrownBy(() -> corpus.forEach(n -> {}, d -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "s3://artifacts/web/b/1.txt: vanished while it was read, at byte 0 of 3; expected objects that stay as they are");
  }

  @Test
  void errorsInTheTextNameTheObject() throws IOException {
    put("web/bad.jsonl", "{\"text\": \"one\"}\n{\"body\": 1}\n");
    assertThatThrownBy(() -> texts(BUCKET + "/web/bad.jsonl"))
        .hasMessageStartingWith(
            "s3://artifacts/web/bad.jsonl:2: no field \"text\" among [body]; expected");
  }

  private void put(String key, String text) {
    endpoint.objects.put(key, new S3Endpoint.Stored(text.getBytes(UTF_8), Map.of()));
  }

  private static String text(int length) {
    var text = new StringBuilder();
    new Random(3).ints(length, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return text.toString();
  }

  private static CorpusSources sources(URI address, DataRoots roots) {
    return new CorpusSources(
        roots,
        new StoreSettings(
            Optional.of(address.toString()), Optional.empty(), true, false, Path.of("")));
  }

  private TextCorpus open(String uri) throws IOException {
    return open(sources, uri);
  }

  private static TextCorpus open(CorpusSources sources, String uri) throws IOException {
    return TextCorpus.open(uri, sources, DocumentSplit.FILE, "text", n -> {});
  }

  private List<String> texts(String uri) throws IOException {
    List<String> texts = new ArrayList<>();
    open(uri).forEach(n -> {}, document -> texts.add(document.text()));
    return texts;
  }
}
