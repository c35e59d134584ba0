package dev.primeline.workers.cli;

import dev.primeline.workflows.steps.StepOptions;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.temporal.api.command.v1.Command;
import io.temporal.api.taskqueue.v1.PollerInfo;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueResponse;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.client.WorkflowClient;
import io.temporal.internal.common.ProtobufTimeUtils;
import io.temporal.internal.testservice.TestServicesStarter;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Temporal's in-memory server behind real gRPC, on the loopback interface alone ({@code
 * createPortBoundServer} would listen on all) and a port that nobody else has. It can neither say
 * who polls a queue nor which namespaces there are, as a real one can; both are added here, the one
 * from the polls that come in, the other as "default" alone.
 */
public final class LoopbackTemporal implements AutoCloseable {

  private final TestServicesStarter services = new TestServicesStarter(true, 0);
  private final Set<String> polled = ConcurrentHashMap.newKeySet();
  private final Duration heartbeatTimeout;
  private final Set<String> pollers = ConcurrentHashMap.newKeySet();
  private final Server server;

  public LoopbackTemporal() throws IOException {
    this(StepOptions.HEARTBEAT_TIMEOUT, builder -> builder);
  }

  /**
   * @param heartbeatTimeout after so long a silence a worker is taken for lost, whatever the
   *     workflows ask for
   */
  public LoopbackTemporal(Duration heartbeatTimeout) throws IOException {
    this(heartbeatTimeout, builder -> builder);
  }

  /**
   * @param lock what the server wants of its clients, such as TLS
   */
  LoopbackTemporal(UnaryOperator<NettyServerBuilder> lock) throws IOException {
    this(StepOptions.HEARTBEAT_TIMEOUT, lock);
  }

  private LoopbackTemporal(Duration heartbeatTimeout, UnaryOperator<NettyServerBuilder> lock)
      throws IOException {
    this.heartbeatTimeout = heartbeatTimeout;
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus(WorkflowServiceGrpc.SERVICE_NAME, ServingStatus.SERVING);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(health.getHealthService());
    for (BindableService service : services.getServices()) {
      builder.addService(
          ServerInterceptors.intercept(whoPolls(service.bindService()), new Listens()));
    }
    server = lock.apply(builder).build().start();
  }

  /** Host and port, as TEMPORAL_ADDRESS names them. */
  public String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** Who has asked for activities: identity and build id. */
  Set<String> pollers() {
    return pollers;
  }

  /** The id of a workflow's present or last execution: another one, another id. */
  public String execution(String workflowId) {
    WorkflowServiceStubs stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(address()).build());
    try {
      return WorkflowClient.newInstance(stubs)
          .newUntypedWorkflowStub(workflowId)
          .describe()
          .getExecution()
          .getRunId();
    } finally {
      stubs.shutdownNow();
    }
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    services.close();
  }

  /** The same service, and DescribeTaskQueue as well. */
  private ServerServiceDefinition whoPolls(ServerServiceDefinition service) {
    var describe = WorkflowServiceGrpc.getDescribeTaskQueueMethod();
    var namespace = WorkflowServiceGrpc.getDescribeNamespaceMethod();
    ServerServiceDefinition.Builder builder =
        ServerServiceDefinition.builder(service.getServiceDescriptor());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      if (method.getMethodDescriptor().getFullMethodName().equals(describe.getFullMethodName())) {
        builder.addMethod(describe, ServerCalls.asyncUnaryCall(this::describeTaskQueue));
      } else if (method
          .getMethodDescriptor()
          .getFullMethodName()
          .equals(namespace.getFullMethodName())) {
        builder.addMethod(namespace, ServerCalls.asyncUnaryCall(this::describeNamespace));
      } else {
        builder.addMethod(method);
      }
    }
    return builder.build();
  }

  private void describeTaskQueue(
      DescribeTaskQueueRequest request, StreamObserver<DescribeTaskQueueResponse> answer) {
    DescribeTaskQueueResponse.Builder response = DescribeTaskQueueResponse.newBuilder();
    if (polled.contains(request.getTaskQueueTypeValue() + " " + request.getTaskQueue().getName())) {
      response.addPollers(PollerInfo.newBuilder().setIdentity("a worker"));
    }
    answer.onNext(response.build());
    answer.onCompleted();
  }

  private void describeNamespace(
      DescribeNamespaceRequest request, StreamObserver<DescribeNamespaceResponse> answer) {
    if (request.getNamespace().equals("default")) {
      answer.onNext(DescribeNamespaceResponse.getDefaultInstance());
      answer.onCompleted();
    } else {
      answer.onError(Status.NOT_FOUND.asRuntimeException());
    }
  }

  private final class Listens implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onMessage(Q message) {
          if (message instanceof PollWorkflowTaskQueueRequest poll) {
            polled.add("1 " + poll.getTaskQueue().getName());
          } else if (message instanceof PollActivityTaskQueueRequest poll) {
            polled.add("2 " + poll.getTaskQueue().getName());
            pollers.add(poll.getIdentity() + " " + poll.getDeploymentOptions().getBuildId());
          }
          super.onMessage(impatient(message));
        }
      };
    }
  }

  /** Activities that a workflow schedules get the heartbeat timeout of this server. */
  @SuppressWarnings("unchecked")
  private <Q> Q impatient(Q message) {
    if (!(message instanceof RespondWorkflowTaskCompletedRequest answer)) {
      return message;
    }
    RespondWorkflowTaskCompletedRequest.Builder changed = answer.toBuilder();
    for (Command.Builder command : changed.getCommandsBuilderList()) {
      if (command.hasScheduleActivityTaskCommandAttributes()
          && command.getScheduleActivityTaskCommandAttributes().hasHeartbeatTimeout()) {
        command
            .getScheduleActivityTaskCommandAttributesBuilder()
            .setHeartbeatTimeout(ProtobufTimeUtils.toProtoDuration(heartbeatTimeout));
      }
    }
    return (Q) changed.build();
  }
}
