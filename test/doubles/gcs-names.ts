// Things by their names, in the order of the names' UTF-8 bytes and page by page, as Google lists them: quick however
// many there are.

/** One page, and the token of the next. */
export interface Page<T> {
  items: T[];
  nextPageToken?: string;
}

const PAGE_SIZE = 1000;

export class ByName<T extends { name: string }> {
  readonly #all = new Map<string, T>();
  /** Sorted; each byte of a name is one character, so that these compare as the bytes do. */
  readonly #keys: string[] = [];

  get(name: string): T | undefined {
    return this.#all.get(keyOf(name));
  }

  has(name: string): boolean {
    return this.#all.has(keyOf(name));
  }

  values(): T[] {
    return this.#keys.flatMap((key) => this.#all.get(key) ?? []);
  }

  /** In the place of what has the name. */
  set(thing: T): void {
    const key = keyOf(thing.name);
    if (!this.#all.has(key)) this.#keys.splice(this.#placeOf(key), 0, key);
    this.#all.set(key, thing);
  }

  delete(name: string): void {
    const key = keyOf(name);
    if (this.#all.delete(key)) this.#keys.splice(this.#placeOf(key), 1);
  }

  page(query: URLSearchParams): Page<T> {
    const prefix = keyOf(query.get("prefix") ?? "");
    const after = Buffer.from(query.get("pageToken") ?? "", "base64url").toString("latin1");
    // No name has a NUL: the first place behind the last name.
    const first = this.#placeOf(after >= prefix ? `${after}\0` : prefix);
    const end = first + Number(query.get("maxResults") ?? PAGE_SIZE);
    const keys = this.#keys.slice(first, end).filter((key) => key.startsWith(prefix));
    const items = keys.flatMap((key) => this.#all.get(key) ?? []);
    const last = keys.at(-1);
    if (last === undefined || this.#keys[end]?.startsWith(prefix) !== true) return { items };
    return { items, nextPageToken: Buffer.from(last, "latin1").toString("base64url") };
  }

  /** Where the key is, or would be. */
  #placeOf(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keyOf(name: string): string {
  return Buffer.from(name).toString("latin1");
}
