import { createServer, type Server } from 'node:http';
import type { Spice, SpiceStatistics } from '@lazyspice/core';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Who asks gets an answer in this time, in ms: a server that is stuck is not healthy. */
const answerMs = 2000;

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

async function statistics(spice: Spice): Promise<SpiceStatistics | null> {
  if (!spice.usingSpice) return null;
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the SPICE server does not answer')), answerMs).unref();
  });
  return Promise.race([spice.ops.statistics(), late]);
}

function gauges(registry: Registry): (counted: SpiceStatistics | null) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `lazyspice_${name}`, help, labelNames, registers: [registry] });
  /** The server counts: its sum takes the place of the one here. */
  const counter = (
    name: string,
    help: string,
    labelNames: string[] = [],
  ): ((sum: number, labels?: object) => void) => {
    const sums = new Counter({ name: `lazyspice_${name}`, help, labelNames, registers: [registry] });
    return (sum, labels = {}) => {
      sums.remove(labels);
      sums.inc(labels, sum);
    };
  };
  const loaded = gauge('server_loaded', '1 while the SPICE server is loaded');
  const clients = gauge('clients', 'Clients that are connected');
  const halfOpen = gauge('half_open_links', 'Connections in the link stage');
  const connections = counter('connections_total', 'Connections that were linked');
  const refused = counter('refused_total', 'Connections that were refused or ended in the link stage');
  const open = gauge('channels', 'Channels that are open', ['channel']);
  const sent = counter('sent_bytes_total', 'Bytes sent', ['channel']);
  const received = counter('received_bytes_total', 'Bytes received', ['channel']);
  return (counted) => {
    loaded.set(counted === null ? 0 : 1);
    if (counted === null) return;
    clients.set(counted.clients);
    halfOpen.set(counted.halfOpenLinks);
    connections(counted.connections);
    refused(counted.refused);
    for (const [channel, totals] of Object.entries(counted.channels)) {
      open.set({ channel }, totals.open);
      sent(totals.sentBytes, { channel });
      received(totals.receivedBytes, { channel });
    }
  };
}

/**
 * Serves `GET /metrics` in Prometheus' text form and `GET /healthz` (200 while the SPICE server answers, or is not asked
 * for; 503 otherwise) on the loopback address.
 * @param port 0: any free one.
 */
export async function serveMetrics(port: number, spice: Spice): Promise<MetricsServer> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const update = gauges(registry);
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
    else if (path !== '/metrics' && path !== '/healthz') response.writeHead(404).end();
    else {
      try {
        update(await statistics(spice));
        const text = path === '/healthz' ? 'ok\n' : await registry.metrics();
        const type = path === '/healthz' ? 'text/plain' : registry.contentType;
        response.writeHead(200, { 'content-type': type }).end(text);
      } catch (error) {
        response.writeHead(503, { 'content-type': 'text/plain' });
        response.end(`${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = address !== null && typeof address === 'object' ? address.port : port;
  return { url: `http://127.0.0.1:${bound}/metrics`, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}
