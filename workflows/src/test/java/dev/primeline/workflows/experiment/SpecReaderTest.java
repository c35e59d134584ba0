package dev.primeline.workflows.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SpecReaderTest {

  private static JsonNode json(String singleQuoted) {
    try {
      return new ObjectMapper().readTree(singleQuoted.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static ExperimentSpec read(String singleQuoted) {
    return SpecReader.read(json(singleQuoted));
  }

  @Test
  void nothingAndEmptyObjectMeanTheQuickstart() {
    ExperimentSpec spec = SpecReader.read(null);
    assertThat(spec).isEqualTo(SpecReader.read(NullNode.instance)).isEqualTo(read("{}"));
    assertThat(spec.preset()).isEqualTo("quickstart");
    assertThat(spec.families())
        .extracting(Family::name)
        .containsExactly("arm", "mdm", "prime", "prime-v2");
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.workflows.experiment.Presets#names")
  void everyPresetResolvesOnceItHasACorpus(String preset) {
    boolean synthetic = Presets.tree(preset).get("corpus").get("synthetic").isObject();
    String corpus = synthetic ? "" : ",'corpus':{'uri':'/data/text.txt'}";
    assertThat(read("{'preset':'" + preset + "'" + corpus + "}").preset()).isEqualTo(preset);
  }

  @Test
  void theRowsOfTheFamilyTableAreTheDefaults() {
    ExperimentSpec spec = read("{'preset':'small-cpu','corpus':{'uri':'x','tokenizer':'gpt2'}}");
    assertThat(spec.families())
        .containsExactly(
            new Family(
                "arm", Attention.CAUSAL, 1, 50257, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND),
            new Family(
                "mdm", Attention.FULL, 1, 50257, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND),
            new Family("prime", Attention.FULL, 6, 7, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND),
            new Family(
                "prime-v2",
                Attention.FULL,
                16,
                2,
                CodeOrder.SHUFFLED,
                Head.TOKEN,
                Objective.BOUND));
  }

  @Test
  void aGivenTextReplacesTheSyntheticSource() {
    CorpusSpec corpus = read("{'corpus':{'uri':'x.txt'}}").corpus();
    assertThat(corpus.synthetic()).isNull();
    assertThat(corpus.tokenizer()).isEqualTo(Tokenizer.BYTES);
    assertThat(corpus.vocabularySize()).isEqualTo(257);
  }

  @Test
  void aDagReplacesTheSyntheticSourceAndIsNoKeyOfOtherSpecifications() {
    ExperimentSpec spec =
        read(
            "{'corpus':{'airflow':{'dag':'d','conf':{'day':1},'xcom':'t/k'}},'publish':{'airflowAsset':'s3://runs'}}");
    assertThat(spec.corpus().synthetic()).isNull();
    assertThat(spec.corpus().tokenizer()).isEqualTo(Tokenizer.BYTES);
    assertThat(spec.corpus().producedAt("s3://made", null))
        .isEqualTo(read("{'corpus':{'uri':'s3://made'}}").corpus());
    JsonNode stored = new ObjectMapper().valueToTree(spec);
    assertThat(SpecReader.read(StoredSpec.typed(stored))).isEqualTo(spec);
    JsonNode other = new ObjectMapper().valueToTree(read("{}"));
    assertThat(other.has("publish")).isFalse();
    assertThat(other.path("corpus").has("airflow")).isFalse();
  }

  @Test
  void aDatasetStandsForKeysThatTheUserMayReplace() {
    CorpusSpec corpus = read("{'corpus':{'dataset':'c4-en','skippable':3}}").corpus();
    assertThat(corpus.uri()).startsWith("https://").endsWith("-of-01024.json.gz");
    assertThat(corpus.heldout()).contains("validation");
    assertThat(corpus.tokenizer()).isEqualTo(Tokenizer.GPT2);
    assertThat(corpus.dataset()).isEqualTo("c4-en");
    assertThat(corpus.skippable()).isEqualTo(3);
    CorpusSpec mirrored =
        read("{'corpus':{'dataset':'c4-en','uri':'s3://mirror/c4/**','tokenizer':'bytes'}}")
            .corpus();
    assertThat(mirrored.uri()).isEqualTo("s3://mirror/c4/**");
    assertThat(mirrored.tokenizer()).isEqualTo(Tokenizer.BYTES);
    assertThat(Datasets.names())
        .allSatisfy(
            name ->
                assertThat(read("{'corpus':{'dataset':'%s'}}".formatted(name)).corpus().uri())
                    .startsWith("https://"));
  }

  @Test
  void whatIsOffIsNoKeyOfTheJson() {
    JsonNode corpus =
        new ObjectMapper().valueToTree(read("{'corpus':{'uri':'x.txt'}}")).get("corpus");
    assertThat(corpus.fieldNames())
        .toIterable()
        .doesNotContain("dataset", "normalization", "duplicates", "skippable");
  }

  @Test
  void proportionsFollowWhatTheUserChanges() {
    TrainingSettings preset = read("{}").training();
    TrainingSettings changed =
        read("{'training':{'steps':%d,'batch':12,'learningRate':%s}}"
                .formatted(preset.steps() / 4, preset.learningRate() / 2))
            .training();
    assertThat(changed.warmupSteps()).isEqualTo(preset.warmupSteps() / 4);
    assertThat(changed.finalLearningRate()).isEqualTo(preset.finalLearningRate() / 2);
    assertThat(changed.microBatch()).isEqualTo(12);
    assertThat(read("{'training':{'steps':5,'warmupSteps':3}}").training().warmupSteps())
        .isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'sead':1}                                          | sead: unknown key; did you mean "seed"?
          {'training':{'stepz':1}}                            | training.stepz: unknown key; did you mean "steps"?
          {'preset':'quickstrat'}                             | preset: "quickstrat" is unknown; did you mean "quickstart"?
          {'training':{'steps':'many'}}                       | training.steps: "many", expected a whole number
          {'training':{'steps':1.5}}                          | training.steps: 1.5, expected a whole number
          {'training':{'steps':0}}                            | training.steps: 0, expected between 1 and 1000000000000
          {'training':{'learningRate':-1}}                    | training.learningRate: -1.0, expected between
          {'training':{'batch':8,'microBatch':3}}             | training.microBatch: 3, expected a divisor of training.batch = 8
          {'training':5}                                      | training: 5, expected an object
          {'seed':null}                                       | seed: null, expected a whole number
          {'model':{'width':30,'heads':4}}                    | model.width: 30 with 4 heads
          {'preset':'small-cpu'}                              | corpus.uri: missing
          {'corpus':{'tokenizer':'gpt3'}}                     | corpus.tokenizer: "gpt3" is unknown; did you mean "gpt2"?
          {'families':[]}                                     | families: [], expected a JSON list of at least one family
          {'families':'[arm'}                                 | families: "[arm", expected a JSON list of at least one family, such as ["arm"
          {'model':{'layers':1000000}}                        | model.layers: 1000000, expected between 1 and 1000
          {'model':{'width':99999999999}}                     | model.width: 99999999999, expected a whole number between -2147483647 and 2147483647
          {'seed':99999999999999999999}                       | seed: 99999999999999999999, expected a whole number between -9
          {'evaluation':{'maxTokens':127}}                    | evaluation.maxTokens: 127, expected 0 for all or at least two windows of model.length, 128
          {'evaluation':{'maxTokens':-1}}                     | evaluation.maxTokens: -1, expected 0 for all
          {'evaluation':{'maskError':0.9}}                    | evaluation.maskError: 0.9, expected between 1.0E-6 and 0.5
          {'evaluation':{'maskError':-1e-3}}                  | evaluation.maskError: -0.001, expected between
          {'evaluation':{'samplerSteps':-1}}                  | evaluation.samplerSteps: -1, expected between 0
          {'evaluation':{'tokenMaskDraws':-1}}                | evaluation.tokenMaskDraws: -1, expected between 0
          {'corpus':{'synthetic':{'heldoutSequences':1}}}     | corpus.synthetic.heldoutSequences: 1, expected at least 2
          {'training':{'batch':0}}                            | training.batch: 0, expected between 1 and 1048576
          {'corpus':{'synthetic':{'symbols':2147483647}}}     | corpus.synthetic.symbols: 2147483647, expected between 2 and 1048576
          {'families':['prime-v3']}                           | families[0].family: "prime-v3" is unknown; did you mean "prime-v2"?
          {'families':['arm','arm']}                          | families: "arm" appears twice
          {'families':[{'family':'prime','ell':2,'base':3}]}  | families[0]: a vocabulary of 16 tokens is larger than 3^2 = 9 codes
          {'families':[{'family':'mdm','head':'sub-token'}]}  | families[0].head: sub-token with ell = 1
          {'families':[{'family':'prime','head':'sub-token','objective':'joint'}]} | families[0].objective: joint with the sub-token head
          {'families':[{'family':'arm','ell':2}]}             | families[0]: arm with its own ell
          {'families':[{'family':'prime','order':'imported'}]} | families[0].codes: missing with imported order
          {'families':[{'family':'prime','codes':{'uri':'x'}}]} | families[0].codes: not read yet
          {'corpus':{'uri':'x','tokenizer':'file'}}           | corpus.tokenizerFile: missing
          {'corpus':{'uri':'x','tokenizerFile':{'uri':'y'}}}  | corpus.tokenizerFile: not read yet
          {'corpus':{'uri':'x','tokenizerFile':{'url':'y'}}}  | corpus.tokenizerFile.url: unknown key; did you mean "uri"?
          {'corpus':{'uri':'x','airflow':{'dag':'d','xcom':'t/k'}}} | corpus: uri and airflow are given, expected one of them
          {'corpus':{'airflow':{'dag':'d'}}}                  | corpus.airflow.xcom: missing, expected task/key
          {'corpus':{'airflow':{'dag':'d','xcom':'t'}}}       | corpus.airflow.xcom: t, expected task/key
          {'corpus':{'airflow':{'dag':'a b','xcom':'t/k'}}}   | corpus.airflow.dag: a b, expected a DAG's id
          {'corpus':{'airflow':{'dag':'d','xcom':'t/k','conf':7}}} | corpus.airflow.conf: 7, expected an object
          {'corpus':{'airflow':{'dag':'d','xcm':'t/k'}}}      | corpus.airflow.xcm: unknown key; did you mean "xcom"?
          {'publish':{}}                                      | publish.airflowAsset: missing, expected an asset's URI
          {'corpus':{'dataset':'c5'}}                         | corpus.dataset: "c5" is unknown
          {'corpus':{'uri':'x','normalization':'nfd'}}        | corpus.normalization: "nfd" is unknown; did you mean "nfc"?
          {'corpus':{'duplicates':'drop'}}                    | corpus: normalization, duplicates or skippable with a synthetic source
          {'corpus':{'uri':'x','skippable':-1}}               | corpus.skippable: -1, expected at least 0
          [1]                                                 | the specification: [1], expected an object
          """)
  void aWrongSpecificationIsRefusedInOneSentence(String typed, String message) {
    assertThatThrownBy(() -> read(typed))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain("\n");
  }

  private static final String BRANCH =
      """
      {'families':['arm'],'training':{'steps':%d},
       'branch':{'run':'r','corpusHash':'c','from':[{'family':'%s','training':'%s','step':400,
         'checkpoint':{'key':'trainings/feed/main/step-000000400/manifest.json','sha256':'00',
           'bytes':9}}]}}
      """;

  @Test
  void aBranchNamesACheckpointForEachFamily() {
    BranchSpec branch = Objects.requireNonNull(read(BRANCH.formatted(401, "arm", "feed")).branch());
    assertThat(branch.run()).isEqualTo("r");
    assertThat(branch.of(read("{}").families().get(0)).step()).isEqualTo(400);
    assertThat(read("{}").branch()).isNull();
    assertThat(new ObjectMapper().valueToTree(read("{}")).has("branch")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | arm | feed | branch.from.arm.step: 400, expected between 1 and 399",
        "401 | mdm | feed | branch.from: no checkpoint for arm, expected one",
        "401 | arm | f | expected one of training f",
      })
  void aBranchThatFitsNothingIsRefused(long steps, String family, String training, String said) {
    assertThatThrownBy(() -> read(BRANCH.formatted(steps, family, training)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(said);
  }
}
