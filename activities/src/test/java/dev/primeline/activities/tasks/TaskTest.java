package dev.primeline.activities.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two questions of each format, written by hand; and PIQA's own where they are there. */
class TaskTest {
  private static final Path DATA =
      Path.of(System.getProperty("primeline.root", "."), "..", "shared", "data");

  @TempDir Path folder;

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static List<Question> read(Task task, Path file) throws IOException {
    return task.read(new TaskData(CorpusSources.everywhere()), file.toString());
  }

  private static void expect(
      List<Question> questions, int number, String context, int gold, String... choices) {
    assertThat(questions).hasSize(2);
    Question question = questions.get(number);
    assertThat(question.context()).isEqualTo(context);
    assertThat(question.choices()).containsExactly(choices);
    assertThat(question.gold()).isEqualTo(gold);
  }

  @Test
  void piqaHasItsLabelsBeside() throws IOException {
    Path file =
        write(
            "valid.jsonl",
            """
            {"goal": "Boil an egg.", "sol1": "Use water.", "sol2": "Use sand."}
            {"goal": "Cut bread", "sol1": "with a spoon", "sol2": "with a knife"}
            """);
    write("valid-labels.lst", "0\n1\n");
    List<Question> questions = read(Task.PIQA, file);
    expect(questions, 0, "Question: Boil an egg.\nAnswer:", 0, "Use water.", "Use sand.");
    expect(questions, 1, "Question: Cut bread\nAnswer:", 1, "with a spoon", "with a knife");
    assertThat(questions.get(1).place()).isEqualTo(file + ":2");
  }

  @Test
  void hellaswagLosesItsBrackets() throws IOException {
    Path file =
        write(
            "hellaswag_val.jsonl",
            """
            {"ind": 24, "activity_label": "Roof", "ctx_a": "A man is up.", "ctx_b": "he", "ctx": "", "endings": ["falls. [x] Up", "climbs"], "label": 1}
            {"ind": 25, "activity_label": "Knit", "ctx_a": "[header] How [title] Wool  [step]", "ctx_b": "", "endings": ["a", "b"], "label": "0"}
            """);
    List<Question> questions = read(Task.HELLASWAG, file);
    expect(questions, 0, "Roof: A man is up. He", 1, "falls. Up", "climbs");
    expect(questions, 1, "Knit: How. Wool ", 0, "a", "b");
  }

  @Test
  void arcAndOpenBookQaShareAForm() throws IOException {
    String lines =
        """
        {"id": "1", "question": {"stem": "Why?", "choices": [{"text": "so", "label": "A"}, {"text": "no", "label": "B"}]}, "answerKey": "B"}
        {"id": "2", "question": {"stem": "What is", "choices": [{"text": "x", "label": "1"}, {"text": "y", "label": "2"}, {"text": "z", "label": "3"}]}, "answerKey": "1"}
        """;
    Path file = write("test.jsonl", lines);
    for (Task task : List.of(Task.ARC_EASY, Task.ARC_CHALLENGE)) {
      expect(read(task, file), 0, "Question: Why?\nAnswer:", 1, "so", "no");
      expect(read(task, file), 1, "Question: What is\nAnswer:", 0, "x", "y", "z");
    }
    expect(read(Task.OPENBOOKQA, file), 0, "Why?", 1, "so", "no");
  }

  @Test
  void sciqIsOneList() throws IOException {
    Path file =
        write(
            "test.json",
            """
            [{"question": "What?", "distractor3": "c", "distractor1": "a", "distractor2": "b", "correct_answer": "d", "support": "  Because."},
             {"question": "Who?", "distractor1": "e", "distractor2": "f", "distractor3": "g", "correct_answer": "h", "support": ""}]
            """);
    List<Question> questions = read(Task.SCIQ, file);
    expect(questions, 0, "Because.\nQuestion: What?\nAnswer:", 3, "a", "b", "c", "d");
    expect(questions, 1, "\nQuestion: Who?\nAnswer:", 3, "e", "f", "g", "h");
  }

  @Test
  void siqaCountsFromOne() throws IOException {
    Path file =
        write(
            "dev.jsonl",
            """
            {"context": "Kim ran.", "question": "Why?", "answerA": "late", "answerB": "sad", "answerC": "tall"}
            {"context": "Lee ate.", "question": "How?", "answerA": "fast", "answerB": "slow", "answerC": "not"}
            """);
    write("dev-labels.lst", "1\n3\n");
    List<Question> questions = read(Task.SIQA, file);
    expect(questions, 0, "Q: Kim ran. Why?\nA:", 0, "late", "sad", "tall");
    expect(questions, 1, "Q: Lee ate. How?\nA:", 2, "fast", "slow", "not");
  }

  @Test
  void boolqIsNoOrYes() throws IOException {
    Path file =
        write(
            "dev.jsonl",
            """
            {"question": "is it so", "title": "It", "answer": true, "passage": "It is so."}
            {"question": "is it not", "title": "It", "answer": false, "passage": "It is."}
            """);
    List<Question> questions = read(Task.BOOLQ, file);
    expect(questions, 0, "It is so.\nQuestion: is it so?\nAnswer:", 1, "no", "yes");
    expect(questions, 1, "It is.\nQuestion: is it not?\nAnswer:", 0, "no", "yes");
  }

  @Test
  void raceAsksTheLastQuestionOfAnArticle() throws IOException {
    write(
        "high1.txt",
        """
        {"answers": ["B", "C", "D"], "options": [["a","b","c","d"],["e","f","g","h"],["i","j","k","l"]],
         "questions": ["One?", "The author is  _  .", "Three is  _  ."], "article": "Text.", "id": "high1.txt"}
        """);
    write(
        "high2.txt",
        """
        {"answers": ["A"], "options": [["p","q","r","s"]], "questions": ["Only?"], "article": "More.", "id": "high2.txt"}
        """);
    write("README", "not a question");
    List<Question> questions = read(Task.RACE, folder);
    expect(
        questions,
        0,
        "Article: Text.\n\nQuestion: One?\nAnswer: b\n _  .g\nThree is  _  .",
        3,
        "i",
        "j",
        "k",
        "l");
    expect(questions, 1, "Article: More.\n\nOnly?", 0, "p", "q", "r", "s");
  }

  @Test
  void truthfulqaComesAfterSixExamples() throws IOException {
    Path file =
        write(
            "mc_task.json",
            """
            [{"question": "Up?", "mc1_targets": {"Down.": 1, "Up.": 0}, "mc2_targets": {}},
             {"question": "Left?", "mc1_targets": {"Left.": 0, "Back.": 0, "Right.": 1}, "mc2_targets": {}}]
            """);
    List<Question> questions = read(Task.TRUTHFULQA_MC1, file);
    assertThat(questions.get(0).context())
        .startsWith(
            "Q: What is human life expectancy in the United States?\nA: Human life expectancy")
        .endsWith("held in Barcelona, Spain.\n\nQ: Up?\nA:")
        .hasLineCount(6 * 3 + 2);
    assertThat(questions.get(0).choices()).containsExactly("Down.", "Up.");
    assertThat(questions).extracting(Question::gold).containsExactly(0, 2);
  }

  @Test
  void mcTacoHasTabs() throws IOException {
    Path file =
        write(
            "test_9442.tsv",
            """
            He slept.\tHow long?\t8 hours\tyes\tEvent Duration
            He "slept".\tHow long?\t8 years\tno\tEvent Duration
            """);
    List<Question> questions = read(Task.MC_TACO, file);
    expect(
        questions,
        0,
        "He slept.\nQuestion: How long?\nAnswer: 8 hours\nPlausible:",
        1,
        "no",
        "yes");
    assertThat(questions.get(1).context()).startsWith("He \"slept\".");
    assertThat(questions.get(1).gold()).isZero();
  }

  @Test
  void anliIsTrueNeitherOrFalse() throws IOException {
    Path file =
        write(
            "test.jsonl",
            """
            {"uid": "a", "context": "It rains.", "hypothesis": "It is wet.", "label": "e"}
            {"uid": "b", "context": "It rains.", "hypothesis": "It is dry.", "label": "c"}
            """);
    List<Question> questions = read(Task.ANLI, file);
    String asked = "It rains.\nQuestion: It is wet. True, False, or Neither?\nAnswer:";
    expect(questions, 0, asked, 0, "True", "Neither", "False");
    assertThat(questions.get(1).gold()).isEqualTo(2);
  }

  @Test
  void lambadaPricesTheLastWord() throws IOException {
    Path plain = write("lambada_test_plain_text.txt", "she said good bye\nand he went\n");
    expect(read(Task.LAMBADA, plain), 0, "she said good", 0, "bye");
    Path json = write("test.jsonl", "{\"text\": \"a b\\nc d.\"}\n{\"text\": \"x y\"}\n");
    expect(read(Task.LAMBADA, json), 0, "a b\nc", 0, "d.");
  }

  @Test
  void everyQuestionOfPiqaIsRead() throws IOException {
    Path file = DATA.resolve("piqa-valid.jsonl");
    assumeTrue(Files.exists(file), () -> file + " is not there");
    List<Question> questions = read(Task.PIQA, file);
    assertThat(questions).hasSize(1838);
    assertThat(questions.stream().filter(question -> question.gold() == 1))
        .hasSizeBetween(900, 940);
    assertThat(questions.get(1).context()).isEqualTo("Question: dresser\nAnswer:");
  }

  private void expectRefusal(Task task, Path file, String... said) {
    assertThatThrownBy(() -> read(task, file))
        .isInstanceOf(BadInput.class)
        .message()
        .contains(said)
        .hasLineCount(1);
  }

  @Test
  void aCorruptFileIsRefusedWithItsLine() throws IOException {
    String good = "{\"context\": \"a\", \"hypothesis\": \"b\", \"label\": \"e\"}\n";
    String file = folder.resolve("bad.jsonl").toString();
    expectRefusal(Task.ANLI, write("bad.jsonl", good + "{\"context\": "), file + ":2: broken JSON");
    expectRefusal(Task.ANLI, write("bad.jsonl", good + "\n[1]"), file + ":3: no JSON object");
    expectRefusal(
        Task.ANLI,
        write("bad.jsonl", good + good.replace("hypothesis", "hypo")),
        file + ":2: no field \"hypothesis\" among [context, hypo, label]");
    expectRefusal(
        Task.ANLI,
        write("bad.jsonl", good.replace("\"e\"", "\"x\"")),
        file + ":1: field \"label\" is \"x\", expected one of [e, n, c]");
    expectRefusal(
        Task.ANLI,
        write("bad.jsonl", good.replace("\"b\"", "7")),
        file + ":1: field \"hypothesis\" is 7, expected text");
    expectRefusal(Task.ANLI, write("bad.jsonl", "\n"), "bad.jsonl: no question");
    expectRefusal(Task.ANLI, folder.resolve("none.jsonl"), "none.jsonl: cannot be read");
    expectRefusal(Task.SCIQ, write("bad.jsonl", "{}"), "bad.jsonl: no JSON list");
    expectRefusal(Task.MC_TACO, write("bad.jsonl", "a\tb\n"), file + ":1: no field \"2\"");
    expectRefusal(Task.LAMBADA, write("bad.txt", "word\n"), "bad.txt:1: one word");
  }

  @Test
  void whatIsNotUtf8IsRefusedWithItsLine() throws IOException {
    Path file = folder.resolve("latin.txt");
    Files.write(file, "one two\ncaf\u00e9 au lait\n".getBytes(StandardCharsets.ISO_8859_1));
    expectRefusal(Task.LAMBADA, file, file + ":2: byte 0xe9 is not UTF-8");
  }

  @Test
  void labelsThatDoNotFitAreRefused() throws IOException {
    Path file = write("valid.jsonl", "{\"goal\": \"a\", \"sol1\": \"b\", \"sol2\": \"c\"}\n");
    expectRefusal(Task.PIQA, file, "valid-labels.lst: cannot be read");
    write("valid-labels.lst", "0\n1\n");
    expectRefusal(Task.PIQA, file, "valid-labels.lst: 2 labels for the 1 questions of " + file);
    write("valid-labels.lst", "2\n");
    expectRefusal(Task.PIQA, file, file + ":1: label is \"2\", expected one of [0, 1]");
    write("valid-labels.lst", "1\n");
    write("valid.jsonl", "{\"goal\": \"a\", \"sol1\": \"\", \"sol2\": \"c\"}\n");
    expectRefusal(Task.PIQA, file, file + ":1: an empty choice");
  }

  @Test
  void anUnknownTaskIsNamedWithTheNearest() {
    assertThat(Task.of("piqa")).isEqualTo(Task.PIQA);
    assertThatThrownBy(() -> Task.of("hellaswga"))
        .hasMessageContaining("did you mean \"hellaswag\"");
  }
}
