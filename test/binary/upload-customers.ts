// Customers who write all the while and send files along, of bytes that nobody can guess; and what they sent. A webhook
// without a 200 comes again until it has one.
import { createCipheriv } from "node:crypto";
import type { Outside, Said, WebhookAnswer } from "../harness/outside.ts";
import type { Chance, Range } from "./chance.ts";
import type { SentMessage } from "./kept.ts";

const GAP_MS: Range = { least: 40, most: 200 };
const FILE_BYTES: Range = { least: 1_000, most: 3_000_000 };
/** More than is uploaded in one piece. */
const LARGE_BYTES: Range = { least: 8_400_000, most: 10_000_000 };
const LARGE_EVERY = 25;
/** All files are cuts of this. */
const POOL_BYTES = 24_000_000;
const FILES_SHARE = 0.6;
const SECOND_FILE_SHARE = 0.2;
const TRANSCRIPT_SHARE = 0.3;
const REDIRECT_SHARE = 0.5;
/** How often a file is not there yet. */
const MISSING: Range = { least: 0, most: 1 };

export class Customers {
  /** By message id. */
  readonly sent = new Map<number, SentMessage>();
  isDone = false;
  isEnough = false;
  readonly #outside: Outside;
  readonly #chance: Chance;
  readonly #count: number;
  readonly #pool: Uint8Array;
  #up = Promise.withResolvers<void>();
  #isUp = false;
  #writtenCount = 0;

  /** As many conversations as `count`, each with a contact of its own. */
  constructor(outside: Outside, chance: Chance, count: number) {
    this.#outside = outside;
    this.#chance = chance;
    this.#count = count;
    this.#pool = noise(chance, POOL_BYTES);
  }

  lead(address: string | null): void {
    this.#outside.lead(address);
    if (address !== null) this.#up.resolve();
    else if (this.#isUp) this.#up = Promise.withResolvers();
    this.#isUp = address !== null;
  }

  /** As many messages as `total`, one after the other in each conversation. */
  async writeFirst(total: number): Promise<void> {
    const write = async (conversation: number): Promise<void> => {
      for (let nth = conversation; nth <= total; nth += this.#count) {
        await this.#write(conversation);
      }
    };
    await Promise.all(this.#conversations().map(write));
  }

  /** Until `isDone`, with a rest while `isEnough`. */
  async writeOn(): Promise<void> {
    const write = async (conversation: number): Promise<void> => {
      for (; !this.isDone; await this.#chance.aWhile(GAP_MS)) {
        if (!this.isEnough) await this.#write(conversation);
      }
    };
    await Promise.all(this.#conversations().map(write));
  }

  #conversations(): number[] {
    return Array.from({ length: this.#count }, (_, index) => index + 1);
  }

  async #write(conversation: number): Promise<void> {
    const nth = ++this.#writtenCount;
    const text = `message ${nth} — ção 🙂 of ${conversation}`;
    const files = nth % LARGE_EVERY === 0 ? [this.#file(LARGE_BYTES)] : this.#files();
    const attachments = files.map((file) => this.#attach(file));
    const said = await this.#outside.say(conversation, text, { attachments });
    this.sent.set(said.messageId, { text, files });
    await this.#insist(said);
  }

  async #insist(said: Said): Promise<void> {
    for (let { answer } = said; !isKept(answer); answer = await this.#outside.deliver(said))
      await this.#up.promise;
  }

  #files(): SentMessage["files"] {
    if (!this.#chance.happens(FILES_SHARE)) return [];
    const first = this.#file(FILE_BYTES);
    return this.#chance.happens(SECOND_FILE_SHARE) ? [first, this.#file(FILE_BYTES)] : [first];
  }

  #file(size: Range): SentMessage["files"][number] {
    const sizeBytes = this.#chance.size(size);
    const from = this.#chance.whole({ least: 0, most: POOL_BYTES - sizeBytes });
    const bytes = this.#pool.subarray(from, from + sizeBytes);
    const transcript = this.#chance.happens(TRANSCRIPT_SHARE)
      ? `heard in ${sizeBytes} bytes at ${from}`
      : null;
    return { bytes, transcript };
  }

  #attach({ bytes, transcript }: SentMessage["files"][number]): Record<string, unknown> {
    return this.#outside.attach({
      bytes,
      ...(transcript === null ? {} : { transcript }),
      missingCount: this.#chance.whole(MISSING),
      isElsewhere: this.#chance.happens(REDIRECT_SHARE),
    });
  }
}

/** "duplicate" is the 200 of a message that a daemon kept and died before it could say so. */
function isKept(answer: WebhookAnswer | null): boolean {
  return answer?.status === 200 && ["buffered", "duplicate"].includes(String(answer.body["action"]));
}

/** Bytes like no others; a key stream is quickly made. */
export function noise(chance: Chance, sizeBytes: number): Uint8Array {
  const cipher = createCipheriv("aes-128-ctr", chance.bytes(16), chance.bytes(16));
  return cipher.update(new Uint8Array(sizeBytes));
}
