/** Directed graph: each node's successors. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Everything that can be reached from `start`, itself included. */
export function reachable(graph: Graph, start: string): Set<string> {
  const reached = new Set([start]);
  for (const node of reached) for (const next of graph.get(node) ?? []) reached.add(next);
  return reached;
}

/** The shortest way from `start` back to itself that stays in `among`. */
function shortestCircle(graph: Graph, start: string, among: ReadonlySet<string>): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) {
        const circle = [start];
        for (let step = node; step !== start; step = cameFrom.get(step) ?? start) circle.splice(1, 0, step);
        return [...circle, start];
      }
      if (!among.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return [];
}

/** One circle of each group of nodes that reach each other (Tarjan's components), first node repeated at the end. */
export function findCircles(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): void => {
    const index = order.size;
    order.set(node, index);
    lowest.set(node, index);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) {
        lowest.set(node, Math.min(lowest.get(node) ?? 0, lowest.get(next) ?? 0));
      }
    }
    if (lowest.get(node) !== index) return;
    const component = stack.splice(stack.indexOf(node)).sort();
    const [first = node] = component;
    const circle = shortestCircle(graph, first, new Set(component));
    if (circle.length > 0) circles.push(circle);
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
