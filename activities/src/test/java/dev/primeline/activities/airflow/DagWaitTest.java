package dev.primeline.activities.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.airflow.DagOrder;
import dev.primeline.workflows.airflow.ProducedText;
import dev.primeline.workflows.experiment.AirflowSource;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DagWaitTest {

  private static final DagOrder ORDER = order("a run/1", null);

  private FakeAirflow airflow;
  private DagWait wait;
  private final List<String> heard = new ArrayList<>();

  private static DagOrder order(String run, @Nullable JsonNode conf) {
    return new DagOrder(run, new AirflowSource("make_corpus", conf, "export/return_value", null));
  }

  @BeforeEach
  void start() throws IOException {
    airflow = new FakeAirflow();
    airflow.xcoms.put("export/return_value", FakeAirflow.json("'s3://corpora/made'"));
    wait = waiting(Duration.ofMinutes(1));
  }

  private DagWait waiting(Duration outage) {
    return new DagWait(
        new AirflowClient(airflow.settings()),
        new Patience(outage, Duration.ofMillis(1), heard::add));
  }

  @AfterEach
  void stop() {
    airflow.close();
  }

  @Test
  void aDagIsRunOnceHoweverOftenItIsAskedFor() throws Exception {
    ProducedText text = wait.await(ORDER);
    assertThat(text.uri()).isEqualTo("s3://corpora/made");
    assertThat(text.heldout()).isNull();
    assertThat(heard).anyMatch(line -> line.endsWith("of DAG make_corpus is running"));
    assertThat(waiting(Duration.ZERO).await(ORDER)).isEqualTo(text);
    assertThat(airflow.dagRuns).containsOnlyKeys(text.dagRun());
    assertThat(text.dagRun()).startsWith("primeline-a-run-1-").matches("[A-Za-z0-9_.~:+-]+");
  }

  @Test
  void anotherRunOrAnotherConfIsAnotherDagRun() {
    String one = DagWait.name(ORDER);
    assertThat(DagWait.name(order("a run-1", null))).isNotEqualTo(one);
    assertThat(DagWait.name(order("a run/1", FakeAirflow.json("{'day':1}")))).isNotEqualTo(one);
    assertThat(DagWait.name(order("a run/1", FakeAirflow.json("{'b':1,'a':2}"))))
        .isEqualTo(DagWait.name(order("a run/1", FakeAirflow.json("{'a':2,'b':1}"))));
    assertThat(DagWait.name(order("x".repeat(1000), null)).length()).isLessThan(250);
  }

  @Test
  void anAirflowThatIsAwayForAWhileIsWaitedFor() throws Exception {
    airflow.outages = 3;
    assertThat(wait.await(ORDER).uri()).isEqualTo("s3://corpora/made");
    assertThat(airflow.dagRuns).hasSize(1);
    airflow.outages = 1;
    assertThatThrownBy(() -> waiting(Duration.ZERO).await(ORDER))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 503");
  }

  @Test
  void aFailedRunNamesItsTasksTheirTriesAndLogs() {
    airflow.states.set(1, "failed");
    airflow.task("collect", "success");
    airflow.task("export", "failed");
    airflow.task("load", "upstream_failed");
    airflow.task("each", "failed").put("map_index", 3);
    String run = DagWait.name(ORDER);
    String link = "%s/dags/make_corpus/runs/%s/tasks/".formatted(airflow.url(), run);
    assertThatThrownBy(() -> wait.await(ORDER))
        .isInstanceOf(DagFailure.class)
        .hasMessage(
            "run %s of DAG make_corpus failed: task export failed in try 2, its log is at %sexport,"
                + " task each failed in try 2, its log is at %seach/mapped/3; clear it in Airflow"
                + " when that is mended, and start the run again",
            run, link, link);
  }

  @Test
  void aDagThatIsUnknownPausedOrBrokenIsRefusedBeforeItRuns() {
    DagOrder unknown =
        new DagOrder("r", new AirflowSource("make_corpse", null, "export/return_value", null));
    assertThatThrownBy(() -> wait.await(unknown))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("knows no DAG make_corpse");
    airflow.importErrors = true;
    assertThatThrownBy(() -> wait.await(ORDER))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("DAG make_corpus cannot be imported");
    airflow.paused = true;
    assertThatThrownBy(() -> wait.await(ORDER))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("DAG make_corpus is paused in Airflow at " + airflow.url());
    assertThat(airflow.dagRuns).isEmpty();
  }

  @Test
  void aRunThatIsOverIsReadThoughItsDagIsPausedSince() throws Exception {
    ProducedText text = wait.await(ORDER);
    airflow.paused = true;
    assertThat(wait.await(ORDER)).isEqualTo(text);
  }

  @Test
  void onlyARunThatGoesOnIsCancelled() throws Exception {
    wait.cancel(ORDER);
    assertThat(airflow.paths("PATCH")).isEmpty();
    new AirflowClient(airflow.settings())
        .trigger("make_corpus", new DagRun.Trigger(DagWait.name(ORDER), null, null, "begun"));
    wait.cancel(ORDER);
    assertThat(airflow.dagRuns)
        .extractingByKey(DagWait.name(ORDER))
        .extracting(run -> run.path("state").asText())
        .isEqualTo("failed");
    wait.cancel(ORDER);
    assertThat(airflow.paths("PATCH")).hasSize(1);
  }

  @Test
  void anObjectMayNameTheTextToScoreToo() throws Exception {
    airflow.xcoms.put(
        "export/return_value",
        FakeAirflow.json("{'uri':'/data/train.txt','heldout':'https://host/test.txt','lines':7}"));
    ProducedText text = wait.await(ORDER);
    assertThat(text.uri()).isEqualTo("/data/train.txt");
    assertThat(text.heldout()).isEqualTo("https://host/test.txt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "42 | is 42 (number)",
        "null | is null (null)",
        "['a'] | is [\"a\"] (array)",
        "{'url':'s3://a'} | is an object without uri",
        "{'uri':7} | is 7 (number)",
        "'made.txt' | is \"made.txt\" (string)",
        "'https://user:secret@host/a' | is an address with a user or a query",
        "'https://host/a?X-Amz-Signature=secret' | is an address with a user or a query"
      })
  void anXcomThatIsNoTextsAddressIsRefused(String value, String said) {
    airflow.xcoms.put("export/return_value", FakeAirflow.json(value.strip()));
    assertThatThrownBy(() -> wait.await(ORDER))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("corpus.airflow.xcom: export/return_value of run primeline-")
        .hasMessageContaining(said.strip())
        .hasMessageNotContaining("secret");
  }

  @Test
  void anXcomThatIsNotThereIsToldSo() {
    airflow.xcoms.clear();
    assertThatThrownBy(() -> wait.await(ORDER))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("is nothing, expected the text's address");
  }
}
