// A process whose files may not grow: writes until the store is full, then is given room. Tells what it saw as JSON.
import { dlopen, ptr } from "bun:ffi";
import { StoreError } from "../../src/db/store.ts";
import { Scene } from "./scene.ts";
import { openStore } from "./sqlite-pair.ts";

const RLIMIT_FSIZE = 1;
const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;
const WRITES_MAX = 5_000;

const store = openStore(process.argv[2] ?? "");
const scene = await Scene.open({ first: store, second: store, close: () => store.close() });
const receive = await untilRefused((nth) => scene.say(nth, { content: "x".repeat(10_000) }));
const told = {
  receive: receive.refusal,
  acknowledged: receive.keptCount,
  // A small write still fits where a large one did not.
  ping: (await untilRefused((nth) => store.ping(scene.now + nth))).refusal,
  whileFull: (await store.counts()).messages["waiting"],
};
giveRoom();
await scene.say(WRITES_MAX + 1);
await store.ping(scene.now);
console.log(JSON.stringify({ ...told, whenThereIsRoom: (await store.counts()).messages["waiting"] }));
await store.close();

/** Writes on and on; gives what the first refusal was and how many writes were kept before it. */
async function untilRefused(write: (nth: number) => Promise<unknown>) {
  for (let keptCount = 0; keptCount < WRITES_MAX; keptCount++) {
    try {
      await write(keptCount + 1);
    } catch (error) {
      return { keptCount, refusal: error instanceof StoreError ? error.kind : String(error) };
    }
  }
  return { keptCount: WRITES_MAX, refusal: "never" };
}

function giveRoom(): void {
  const name = process.platform === "darwin" ? "libc.dylib" : "libc.so.6";
  const libc = dlopen(name, { setrlimit: { args: ["i32", "ptr"], returns: "i32" } });
  const failed = libc.symbols.setrlimit(
    RLIMIT_FSIZE,
    ptr(new BigUint64Array([RLIM_INFINITY, RLIM_INFINITY])),
  );
  if (failed !== 0) throw new Error("the limit could not be lifted");
}
