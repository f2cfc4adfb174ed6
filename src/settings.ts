// Reads single settings by name and collects every mistake, so that all can be shown at once.

export interface SettingSource {
  env: Readonly<Record<string, string | undefined>>;
  /** The text of a file, or null when it cannot be read. */
  readFile: (path: string) => string | null;
}

export interface Mistake {
  name: string;
  rule: string;
  fix: string;
}

/** What a token or key may consist of: anything else could not even travel in a header. */
const PRINTABLE = /^[\x21-\x7e]+$/;

export class Settings {
  readonly mistakes: Mistake[] = [];
  readonly #source: SettingSource;
  readonly #known = new Set<string>();

  constructor(source: SettingSource) {
    this.#source = source;
  }

  mistake(name: string, rule: string, fix: string): void {
    this.mistakes.push({ name, rule, fix });
  }

  /** True when the setting was given; an empty value is an unset one. */
  has(name: string): boolean {
    return this.#read(name) !== null;
  }

  text(name: string): string | null {
    return this.#read(name);
  }

  /** A secret of at least `lengthMin` characters; also from NAME_FILE or a systemd credential of that name. */
  secret(name: string, lengthMin: number): string | null {
    const value = this.secretText(name);
    if (value === null) return null;
    if (!PRINTABLE.test(value)) this.mistake(name, "must be printable ASCII without spaces", "copy it again");
    else if (value.length >= lengthMin) return value;
    else
      this.mistake(name, `must have at least ${lengthMin} characters`, "make one with: openssl rand -hex 24");
    return null;
  }

  /** A secret of any form, from the same places: whoever asks judges it. */
  secretText(name: string): string | null {
    this.#known.add(`${name}_FILE`);
    return this.#read(name) ?? this.#readFromFile(name);
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.#read(name);
    if (text === null) return fallback;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    this.mistake(
      name,
      `must be a whole number from ${min} to ${max}`,
      `use ${clamp(fallback, min, max)}, the default`,
    );
    return fallback;
  }

  /** A share from 0 to 1, such as 0.7. */
  share(name: string, fallback: number): number {
    const text = this.#read(name);
    if (text === null) return fallback;
    const value = /^(?:[01]|0?\.\d{1,6}|1\.0{1,6})$/.test(text) ? Number(text) : NaN;
    if (value >= 0 && value <= 1) return value;
    this.mistake(name, "must be a number from 0 to 1", `use ${fallback}, the default`);
    return fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.#read(name);
    if (text === null) return fallback;
    if (text === "true" || text === "false") return text === "true";
    this.mistake(name, "must be true or false", `use ${fallback}`);
    return fallback;
  }

  choice<Choice extends string>(name: string, fallback: Choice, choices: readonly Choice[]): Choice {
    const text = this.#read(name);
    if (text === null) return fallback;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    this.mistake(name, `must be one of ${choices.join(", ")}`, `use ${fallback}`);
    return fallback;
  }

  /** A comma list; `choices` null allows any words. */
  list(name: string, fallback: string, choices: readonly string[] | null): string[] {
    const words = (this.#read(name) ?? fallback)
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== "");
    const wrong = choices === null ? [] : words.filter((word) => !choices.includes(word));
    if (wrong.length === 0 && words.length > 0) return [...new Set(words)];
    const rule = choices === null ? "must be a comma list" : `must be a comma list of ${choices.join(", ")}`;
    this.mistake(name, rule, `use ${fallback}`);
    return fallback.split(",");
  }

  /** An http(s) address without a trailing slash. */
  url(name: string): string | null {
    const text = this.#read(name);
    if (text === null) return null;
    const url = URL.canParse(text) ? new URL(text) : null;
    if (
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      url.username === "" &&
      url.search === "" &&
      url.hash === ""
    ) {
      return text.replace(/\/+$/, "");
    }
    this.mistake(
      name,
      "must be an address that starts with http:// or https://",
      "for example https://chat.example.com",
    );
    return null;
  }

  /** Names with the prefix that no setting asked for are mistakes: most often a slip of the pen. */
  refuseUnknown(prefix: string): void {
    for (const [name, value] of Object.entries(this.#source.env)) {
      if (!name.startsWith(prefix) || this.#known.has(name) || value === undefined || value === "") continue;
      const near = nearest(
        name,
        [...this.#known].filter((known) => known.startsWith(prefix)),
      );
      this.mistake(name, "unknown setting", near === null ? "remove it" : `did you mean ${near}?`);
    }
  }

  #read(name: string): string | null {
    this.#known.add(name);
    const value = this.#source.env[name]?.trim();
    return value === undefined || value === "" ? null : value;
  }

  #readFromFile(name: string): string | null {
    const path = this.#read(`${name}_FILE`);
    if (path !== null) {
      const text = this.#source.readFile(path)?.trim() ?? "";
      if (text === "")
        this.mistake(`${name}_FILE`, "must name a readable file with the secret in it", `check ${path}`);
      return text === "" ? null : text;
    }
    const folder = this.#source.env["CREDENTIALS_DIRECTORY"];
    const credential =
      folder === undefined || folder === "" ? null : this.#source.readFile(`${folder}/${name}`);
    return credential?.trim() || null;
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

/** The known name that differs in the fewest letters, when that is a slip and not another word. */
function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 4 ? best.candidate : null;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
