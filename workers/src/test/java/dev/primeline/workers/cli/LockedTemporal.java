package dev.primeline.workers.cli;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;

/** What a Temporal server can want of its clients. */
final class LockedTemporal {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private LockedTemporal() {}

  /** TLS, and of the client a certificate that the server knows. */
  static UnaryOperator<NettyServerBuilder> byCertificates(
      TestCertificates server, TestCertificates client) {
    return builder -> {
      try {
        return builder.sslContext(
            GrpcSslContexts.forServer(server.certificate().toFile(), server.key().toFile())
                .trustManager(client.certificate().toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build());
      } catch (SSLException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /** TLS, and of the client an API key. */
  static UnaryOperator<NettyServerBuilder> byKey(TestCertificates server, String key) {
    return builder ->
        builder
            .useTransportSecurity(server.certificate().toFile(), server.key().toFile())
            .intercept(new KnowsKey(key));
  }

  private record KnowsKey(String key) implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (("Bearer " + key).equals(headers.get(AUTHORIZATION))) {
        return next.startCall(call, headers);
      }
      call.close(Status.UNAUTHENTICATED.withDescription("invalid token"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }
}
