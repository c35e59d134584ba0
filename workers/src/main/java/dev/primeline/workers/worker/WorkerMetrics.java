package dev.primeline.workers.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.uber.m3.tally.NoopScope;
import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import com.uber.m3.util.Duration;
import dev.primeline.workflows.experiment.BadInput;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What a worker's numbers go to: an HTTP endpoint for Prometheus at {@code /metrics}, or nothing.
 * It serves whoever can reach its address, without asking who that is.
 */
public final class WorkerMetrics implements AutoCloseable {

  /** The SDK's numbers are handed over this often. */
  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

  private final MeterRegistry registry;
  private final Scope temporal;
  private final Deque<Runnable> open = new ArrayDeque<>();

  private WorkerMetrics(MeterRegistry registry, Scope temporal) {
    this.registry = registry;
    this.temporal = temporal;
  }

  /**
   * Opens the endpoint.
   *
   * @param address where to listen; empty: nowhere, and nothing is counted
   * @throws BadInput when nothing can listen there
   */
  public static WorkerMetrics open(Optional<HostAndPort> address) {
    if (address.isEmpty()) {
      return new WorkerMetrics(new CompositeMeterRegistry(), new NoopScope());
    }
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    HttpServer server = serve(address.get(), registry);
    Scope temporal =
        new RootScopeBuilder()
            .reporter(new MicrometerClientStatsReporter(registry))
            .reportEvery(REPORT_EVERY);
    WorkerMetrics metrics = new WorkerMetrics(registry, temporal);
    metrics.open.push(() -> server.stop(0));
    metrics.open.push(
        () -> {
          try {
            temporal.close();
          } catch (ScopeCloseException e) {
            // The process ends; what the SDK had not yet handed over is lost.
          }
        });
    return metrics;
  }

  private static HttpServer serve(HostAndPort address, PrometheusMeterRegistry registry) {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(address.host(), address.port()), 0);
    } catch (IOException e) {
      throw new BadInput(
          "PRIMELINE_METRICS: %s:%d, expected an address of this machine and a free port (%s)"
              .formatted(address.host(), address.port(), e.getMessage()));
    }
    server.createContext("/metrics", exchange -> answer(exchange, registry));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, PrometheusMeterRegistry registry)
      throws IOException {
    try (exchange) {
      byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  /** Takes this project's numbers. */
  MeterRegistry registry() {
    return registry;
  }

  /** Takes the Temporal SDK's numbers. */
  Scope temporal() {
    return temporal;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
