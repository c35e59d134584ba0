package dev.primeline.workers.worker;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Search;
import dev.primeline.workflows.steps.RunAttributes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.temporal.client.WorkflowClient;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs can be searched by in a client's namespace: {@link RunAttributes}. */
public final class RunSearch {

  private static final Logger LOG = LoggerFactory.getLogger(RunSearch.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final WorkflowClient client;
  private final String namespace;

  public RunSearch(WorkflowClient client) {
    this.client = client;
    this.namespace = client.getOptions().getNamespace();
  }

  /** Whether the namespace has all of them; a server that will not say is taken to lack them. */
  public Search look() {
    try {
      return asked(this::missing).isEmpty() ? Search.READY : Search.LACKING;
    } catch (StatusRuntimeException | BadInput e) {
      if (e instanceof StatusRuntimeException refused
          && refused.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        return Search.NONE;
      }
      LOG.warn("runs cannot be searched: {}", e.getMessage());
      return Search.LACKING;
    }
  }

  /**
   * Registers what is missing, and gives that.
   *
   * @throws BadInput when the namespace has one of the names for something else
   * @throws StatusRuntimeException when this client may not
   */
  public Map<String, IndexedValueType> register() {
    return asked(
        operator -> {
          Map<String, IndexedValueType> missing = missing(operator);
          if (!missing.isEmpty()) {
            var unused =
                service(operator)
                    .addSearchAttributes(
                        AddSearchAttributesRequest.newBuilder()
                            .setNamespace(namespace)
                            .putAllSearchAttributes(missing)
                            .build());
          }
          return missing;
        });
  }

  private Map<String, IndexedValueType> missing(OperatorServiceStubs operator) {
    Map<String, IndexedValueType> known =
        service(operator)
            .listSearchAttributes(
                ListSearchAttributesRequest.newBuilder().setNamespace(namespace).build())
            .getCustomAttributesMap();
    Map<String, IndexedValueType> missing = new TreeMap<>();
    for (SearchAttributeKey<?> attribute : RunAttributes.ALL) {
      IndexedValueType type = known.get(attribute.getName());
      if (type == null) {
        missing.put(attribute.getName(), attribute.getValueType());
      } else if (type != attribute.getValueType()) {
        throw new BadInput(
            "namespace %s: search attribute %s is of type %s, expected %s"
                .formatted(
                    namespace, attribute.getName(), word(type), word(attribute.getValueType())));
      }
    }
    return missing;
  }

  /** The type as the temporal CLI takes it, such as {@code KeywordList}. */
  public static String word(IndexedValueType type) {
    StringBuilder word = new StringBuilder();
    for (String part : type.name().substring("INDEXED_VALUE_TYPE_".length()).split("_", -1)) {
      word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return word.toString();
  }

  private static OperatorServiceBlockingStub service(OperatorServiceStubs operator) {
    return operator.blockingStub().withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A connection with the client's address, certificates and key, for one question. */
  private <T> T asked(Function<OperatorServiceStubs, T> question) {
    OperatorServiceStubs operator =
        OperatorServiceStubs.newServiceStubs(
            OperatorServiceStubsOptions.newBuilder(client.getWorkflowServiceStubs().getOptions())
                .build());
    try {
      return question.apply(operator);
    } finally {
      operator.shutdownNow();
    }
  }
}
