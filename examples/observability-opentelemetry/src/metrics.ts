import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { hardenServer } from '@postern/core/node';

/** A meter, where it is exposed, and how that ends. */
export interface Metrics {
  readonly meter: Meter;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Exposes what is measured to Prometheus, at `http://HOST:PORT/metrics`: on a port of its own, which the sender of a webhook cannot reach.
 * Something else than Prometheus takes another reader here, and nothing else changes.
 */
export async function exposeMetrics(at: { readonly host: string; readonly port: number }): Promise<Metrics> {
  // Without the scope, the labels are those that the alert rules know.
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const provider = new MeterProvider({ readers: [exporter] });
  const server = createServer((request, response) => {
    if (request.url === '/metrics') exporter.getMetricsRequestHandler(request, response);
    else response.writeHead(404).end();
  });
  hardenServer(server);
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(at.port, at.host, listening);
  });
  return {
    meter: provider.getMeter('postern'),
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await provider.shutdown();
    },
  };
}
