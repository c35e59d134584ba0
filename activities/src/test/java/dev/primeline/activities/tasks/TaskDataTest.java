package dev.primeline.activities.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.S3Endpoint;
import dev.primeline.activities.artifacts.StoreSettings;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.DataRoots;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks whose files are on S3. */
class TaskDataTest {
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
    sources =
        new CorpusSources(
            DataRoots.everywhere(),
            new StoreSettings(
                Optional.of(endpoint.address().toString()),
                Optional.empty(),
                true,
                false,
                Path.of("")));
    put("piqa/valid.jsonl", "{\"goal\": \"Cut\", \"sol1\": \"a\", \"sol2\": \"b\"}\n");
    put("piqa/valid-labels.lst", "1\n");
    String article =
        "{\"answers\": [\"A\"], \"options\": [[\"p\",\"q\",\"r\",\"s\"]], \"questions\": [\"%s\"],"
            + " \"article\": \"T.\"}";
    put("race/2.txt", article.formatted("Two?"));
    put("race/1.txt", article.formatted("One?"));
    put("race/readme.md", "no question");
  }

  @AfterEach
  void close() {
    sources.close();
    endpoint.close();
  }

  private void put(String key, String text) {
    endpoint.objects.put(key, new S3Endpoint.Stored(text.getBytes(UTF_8), Map.of()));
  }

  private List<Question> read(Task task, String key) throws IOException {
    return task.read(new TaskData(sources), BUCKET + "/" + key);
  }

  @Test
  void aTaskOnS3IsReadWithTheLabelsBesideItAndAFolderWithItsTexts() throws IOException {
    assertThat(read(Task.PIQA, "piqa/valid.jsonl"))
        .singleElement()
        .satisfies(question -> assertThat(question.gold()).isEqualTo(1))
        .satisfies(
            question -> assertThat(question.place()).isEqualTo(BUCKET + "/piqa/valid.jsonl:1"));
    assertThat(read(Task.RACE, "race/"))
        .extracting(Question::context)
        .containsExactly("Article: T.\n\nOne?", "Article: T.\n\nTwo?");
  }

  @Test
  void whatIsNotThereIsOneSentence() {
    assertThatThrownBy(() -> read(Task.ANLI, "none.jsonl"))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(BUCKET + "/none.jsonl: no such object")
        .message()
        .hasLineCount(1);
    endpoint.objects.remove("piqa/valid-labels.lst");
    assertThatThrownBy(() -> read(Task.PIQA, "piqa/valid.jsonl"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("valid-labels.lst: no such object");
  }
}
