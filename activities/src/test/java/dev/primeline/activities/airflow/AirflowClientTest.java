package dev.primeline.activities.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.primeline.activities.airflow.AirflowSettings.Login;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AirflowClientTest {

  private final FakeAirflow airflow = fake();
  private final AirflowClient client = new AirflowClient(airflow.settings());

  private static FakeAirflow fake() {
    try {
      return new FakeAirflow();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    airflow.close();
  }

  @Test
  void aTokenIsAskedForOnceAndAgainWhenItIsRefused() throws IOException {
    client.requireAccess();
    client.requireAccess();
    assertThat(airflow.paths("POST")).hasSize(1);
    airflow.tokens.clear();
    client.requireAccess();
    assertThat(airflow.paths("POST")).containsExactly("/base/auth/token", "/base/auth/token");
  }

  @Test
  void aWrongPasswordIsToldWithoutIt() {
    AirflowSettings wrong =
        new AirflowSettings(
            airflow.url(),
            Optional.empty(),
            Optional.of(new Login("admin", "not-it-93")),
            Optional.empty());
    assertThatThrownBy(() -> new AirflowClient(wrong).requireAccess())
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("PRIMELINE_AIRFLOW_PASSWORD: not that of user admin")
        .hasMessageContaining("Invalid credentials")
        .hasMessageNotContaining("not-it-93");
    assertThat(wrong.toString()).doesNotContain("not-it-93");
    assertThat(wrong.login().orElseThrow().toString()).doesNotContain("not-it-93");
  }

  @Test
  void aTokenThatSomebodyMadeIsUsedAndItsEndTold() throws IOException {
    airflow.tokens.add("made");
    AirflowClient made = new AirflowClient(airflow.settings("made"));
    made.requireAccess();
    assertThat(airflow.paths("POST")).isEmpty();
    airflow.tokens.clear();
    assertThatThrownBy(made::requireAccess)
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(
            "PRIMELINE_AIRFLOW_TOKEN: refused by Airflow at %s (Invalid JWT token)", airflow.url());
  }

  @Test
  void aRunIsTriggeredWithANullDateAndOneThatIsThereIsRead() throws IOException {
    DagRun.Trigger trigger =
        new DagRun.Trigger("a/b c", null, FakeAirflow.json("{'day':'today'}"), "for a test");
    assertThat(client.trigger("make_corpus", trigger).state()).isEqualTo("queued");
    FakeAirflow.Asked asked = airflow.asked.get(airflow.asked.size() - 1);
    assertThat(asked.path()).isEqualTo("/base/api/v2/dags/make_corpus/dagRuns");
    assertThat(asked.body())
        .isEqualTo(
            FakeAirflow.json(
                "{'dag_run_id':'a/b c','logical_date':null,'conf':{'day':'today'},'note':'for a"
                    + " test'}"));
    assertThat(client.trigger("make_corpus", trigger).dagRunId()).isEqualTo("a/b c");
    assertThat(airflow.paths("GET"))
        .containsExactly("/base/api/v2/dags/make_corpus/dagRuns/a%2Fb%20c");
    assertThat(airflow.dagRuns).hasSize(1);
  }

  @Test
  void whatTheServerRefusesIsToldWithThePlaceAndWithoutTheValue() throws IOException {
    AirflowLine.Answer answer =
        new AirflowLine(airflow.settings())
            .ask("POST", "/api/v2/assets/events", Map.of("asset_id", 1, "assets", 2));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(AirflowError.of(answer.body()))
        .isEqualTo("body.assets: Extra inputs are not permitted");
  }

  @Test
  void anAirflowThatCannotAnswerJustNowIsTroubleAndNotTheUsersFault() {
    airflow.outages = 1;
    assertThatThrownBy(client::requireAccess)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot answer just now (status 503)");
    URI nobody = URI.create("http://127.0.0.1:1");
    assertThatThrownBy(
            () ->
                new AirflowClient(
                        new AirflowSettings(
                            nobody, Optional.of("t"), Optional.empty(), Optional.empty()))
                    .requireAccess())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Airflow at http://127.0.0.1:1 does not answer");
  }

  @Test
  void aServerThatIsNoAirflowIsToldBySaying() throws IOException {
    airflow.tokens.add("made");
    airflow.override = "<html>";
    assertThatThrownBy(() -> new AirflowClient(airflow.settings("made")).requireAccess())
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("PRIMELINE_AIRFLOW_URL")
        .hasMessageContaining("answers with no JSON");
    HttpServer empty =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    empty.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    empty.start();
    try {
      AirflowSettings other =
          new AirflowSettings(
              URI.create("http://127.0.0.1:" + empty.getAddress().getPort()),
              Optional.empty(),
              Optional.of(new Login("admin", "x")),
              Optional.empty());
      assertThatThrownBy(() -> new AirflowClient(other).requireAccess())
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("gives no token for user admin at /auth/token (status 404");
    } finally {
      empty.stop(0);
    }
  }

  @Test
  void anAssetIsFoundByExactlyItsUri() throws IOException {
    airflow.assets.add(0, "s3://primeline/runs/other");
    assertThat(client.asset("s3://primeline/runs").orElseThrow().id()).isEqualTo(1);
    assertThat(client.asset("s3://primeline/run_")).isEmpty();
  }

  @Test
  void healthIsReadFromTheBodyAndPartsThatAreNotThereAreNotIll() throws IOException {
    assertThat(client.health().unwell()).containsExactly("scheduler");
    assertThat(airflow.paths("POST")).isEmpty();
  }

  @Test
  void bothShapesOfAnErrorAreRead() {
    assertThat(AirflowError.of(FakeAirflow.json("{'detail':'no\\nsuch'}"))).isEqualTo("no such");
    assertThat(AirflowError.of(FakeAirflow.json("{'detail':{'reason':'taken'}}")))
        .isEqualTo("taken");
    assertThat(
            AirflowError.of(
                FakeAirflow.json(
                    "{'detail':[{'loc':['body','conf'],'msg':'wrong','input':'x'},{'loc':['query',0],'msg':'too'}]}")))
        .isEqualTo("body.conf: wrong, query.0: too");
    assertThat(AirflowError.of(FakeAirflow.json("{}"))).isEqualTo("no reason given");
  }
}
