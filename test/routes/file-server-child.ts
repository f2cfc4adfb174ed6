// A process that serves files and, told "look" by a line, tells its memory and what it gave, as JSON. Alone, so that
// nothing but the files counts.
import { openFileServer } from "./file-server.ts";

/** As a daemon with work has it: beside a heap of this size the collector lets 100 MiB pile up before it looks. */
const HEAP_OBJECT_COUNT = 400_000;
const heap = Array.from({ length: HEAP_OBJECT_COUNT }, (_, id) => ({
  id,
  text: `message ${id}`,
  parts: [id],
}));

const server = openFileServer();
Bun.gc(true);
console.log(JSON.stringify({ port: server.port, heapCount: heap.length }));
for await (const _line of console) {
  const rssBytes = process.memoryUsage.rss();
  console.log(JSON.stringify({ ...server.look(), rssBytes, heapCount: heap.length }));
}
