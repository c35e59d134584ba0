package dev.primeline.workers;

import static com.tngtech.archunit.lang.conditions.ArchConditions.accessField;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds in all three modules. */
final class HouseRulesTest {

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.primeline");

  @Test
  void workersKnowActivitiesKnowWorkflowsAndNeverBack() {
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("workers")
        .definedBy("dev.primeline.workers..")
        .layer("activities")
        .definedBy("dev.primeline.activities..")
        .layer("workflows")
        .definedBy("dev.primeline.workflows..")
        .whereLayer("workers")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("activities")
        .mayOnlyBeAccessedByLayers("workers")
        .check(HOUSE);
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.primeline.workers.cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(HOUSE);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.primeline.workers.cli")
        .should(accessField(System.class, "out").or(accessField(System.class, "err")))
        .check(HOUSE);
  }

  @Test
  void ourOwnMethodsAreNamedForWhatTheyGive() {
    methods()
        .that(
            DescribedPredicate.describe(
                "are our own", (JavaMethod method) -> !overridesSomeoneElse(method)))
        .should()
        .haveNameNotMatching("get([A-Z].*)?")
        .check(HOUSE);
  }

  private static boolean overridesSomeoneElse(JavaMethod method) {
    return method.getName().startsWith("get")
        && supertypes(method.getOwner().reflect())
            .filter(type -> !type.getPackageName().startsWith("dev.primeline"))
            .flatMap(type -> Stream.of(type.getDeclaredMethods()))
            .anyMatch(
                theirs ->
                    theirs.getName().equals(method.getName())
                        && Arrays.equals(
                            theirs.getParameterTypes(), method.reflect().getParameterTypes()));
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    Stream<Class<?>> direct =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()));
    return direct.flatMap(above -> Stream.concat(Stream.of(above), supertypes(above)));
  }
}
