package dev.primeline.activities.artifacts;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code infra/s3-policy.json} allows what the code asks of S3, and nothing else. */
final class S3PolicyTest {

  /** The right that each call needs; a call that is not here takes its place with its right. */
  private static final Map<String, String> RIGHTS =
      Map.ofEntries(
          entry("headObject", "s3:GetObject"),
          entry("getObject", "s3:GetObject"),
          entry("putObject", "s3:PutObject"),
          entry("createMultipartUpload", "s3:PutObject"),
          entry("uploadPart", "s3:PutObject"),
          entry("completeMultipartUpload", "s3:PutObject"),
          entry("abortMultipartUpload", "s3:AbortMultipartUpload"),
          entry("deleteObject", "s3:DeleteObject"),
          entry("listObjectsV2", "s3:ListBucket"),
          entry("listObjectsV2Paginator", "s3:ListBucket"));

  private static final Set<String> NO_CALLS = Set.of("builder", "close", "create");

  @Test
  void theRightsAreThoseOfTheCallsThatAreMade() throws Exception {
    assertThat(calls()).contains("getObject", "putObject").isSubsetOf(RIGHTS.keySet());
    assertThat(allowed()).isEqualTo(calls().stream().map(RIGHTS::get).collect(Collectors.toSet()));
  }

  @Test
  void objectsAreThoseUnderThePrefixAlone() throws Exception {
    for (JsonNode statement : policy().get("Statement")) {
      assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
      boolean ofTheBucket = statement.get("Action").toString().contains("ListBucket");
      assertThat(statement.get("Resource").asText())
          .isEqualTo("arn:aws:s3:::bucket" + (ofTheBucket ? "" : "/primeline/*"));
      assertThat(statement.at("/Condition/StringLike/s3:prefix").asText())
          .isEqualTo(ofTheBucket ? "primeline/*" : "");
    }
  }

  private static Set<String> calls() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.primeline.activities")
            .stream()
            .flatMap(type -> type.getMethodCallsFromSelf().stream())
            .map(call -> call.getTarget())
            .filter(target -> target.getOwner().isAssignableTo(S3Client.class))
            .map(AccessTarget::getName)
            .filter(name -> !NO_CALLS.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> allowed() throws Exception {
    Set<String> allowed = new TreeSet<>();
    for (JsonNode statement : policy().get("Statement")) {
      statement.get("Action").forEach(action -> assertThat(allowed.add(action.asText())).isTrue());
    }
    return allowed;
  }

  private static JsonNode policy() throws Exception {
    return new ObjectMapper()
        .readTree(Path.of(System.getProperty("primeline.root"), "infra/s3-policy.json").toFile());
  }
}
