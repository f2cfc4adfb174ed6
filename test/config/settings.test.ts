import { describe, expect, test } from "bun:test";
import { type Mistake, Settings } from "../../src/settings.ts";

type Files = Record<string, string>;

const open = (env: Record<string, string | undefined>, files: Files = {}): Settings =>
  new Settings({ env, readFile: (path) => files[path] ?? null });

/** The value of a secret and what was wrong with it. */
function secret(
  env: Record<string, string>,
  files: Files = {},
): { value: string | null; mistakes: Mistake[] } {
  const settings = open(env, files);
  return { value: settings.secret("TOKEN", 8), mistakes: settings.mistakes };
}

describe("a secret", () => {
  test("comes from its own name", () => {
    expect(secret({ TOKEN: "long-enough" })).toEqual({ value: "long-enough", mistakes: [] });
    expect(secret({})).toEqual({ value: null, mistakes: [] });
  });

  test("comes from the file that NAME_FILE names, without the line's end", () => {
    const files = { "/run/token": "from-the-file\n" };
    expect(secret({ TOKEN_FILE: "/run/token" }, files)).toEqual({ value: "from-the-file", mistakes: [] });
  });

  test("comes from the systemd credential of its name", () => {
    const files = { "/run/credentials/TOKEN": "from-systemd\n" };
    const env = { CREDENTIALS_DIRECTORY: "/run/credentials" };
    expect(secret(env, files)).toEqual({ value: "from-systemd", mistakes: [] });
  });

  test("is looked for in this order: name, file, credential", () => {
    const files = { "/run/token": "from-the-file", "/run/credentials/TOKEN": "from-systemd" };
    const env = { CREDENTIALS_DIRECTORY: "/run/credentials", TOKEN_FILE: "/run/token" };
    expect(secret({ ...env, TOKEN: "from-its-name" }, files).value).toBe("from-its-name");
    expect(secret({ ...env, TOKEN: "" }, files).value).toBe("from-the-file");
    expect(secret({ ...env, TOKEN_FILE: "" }, files).value).toBe("from-systemd");
  });

  test.each([
    ["is not there", {}],
    ["is empty", { "/run/token": " \n" }],
  ])("is a mistake when the file that is named %s", (_, files: Files) => {
    const { value, mistakes } = secret({ TOKEN_FILE: "/run/token" }, files);
    expect(value).toBeNull();
    expect(mistakes).toEqual([
      {
        name: "TOKEN_FILE",
        rule: "must name a readable file with the secret in it",
        fix: "check /run/token",
      },
    ]);
  });

  test("is not missed when the credentials hold another or an empty one", () => {
    const env = { CREDENTIALS_DIRECTORY: "/run/credentials" };
    expect(secret(env)).toEqual({ value: null, mistakes: [] });
    expect(secret(env, { "/run/credentials/TOKEN": "\n" })).toEqual({ value: null, mistakes: [] });
    expect(secret({ CREDENTIALS_DIRECTORY: "" }, { "/TOKEN": "root-of-the-disk" })).toEqual({
      value: null,
      mistakes: [],
    });
  });

  test.each([
    ["too short", "short", "must have at least 8 characters"],
    ["of two lines", "long-enough\nsecond", "must be printable ASCII without spaces"],
    ["with a space", "long enough", "must be printable ASCII without spaces"],
    ["with an accent", "long-énough", "must be printable ASCII without spaces"],
  ])("is a mistake when it is %s, wherever it comes from, and is not shown", (_, value, rule) => {
    const ways: [Record<string, string>, Files][] = [
      [{ TOKEN: value }, {}],
      [{ TOKEN_FILE: "/run/token" }, { "/run/token": value }],
      [{ CREDENTIALS_DIRECTORY: "/run/c" }, { "/run/c/TOKEN": value }],
    ];
    for (const [env, files] of ways) {
      const found = secret(env, files);
      expect(found.value).toBeNull();
      expect(found.mistakes).toMatchObject([{ name: "TOKEN", rule }]);
      expect(JSON.stringify(found.mistakes)).not.toContain(value);
    }
  });
});

describe("a name that no setting has", () => {
  const known = (env: Record<string, string | undefined>): Mistake[] => {
    const settings = open(env);
    settings.text("LULL_DATA_DIR");
    settings.secret("LULL_ADMIN_TOKEN", 1);
    settings.text("OTHER_NAME");
    settings.refuseUnknown("LULL_");
    return settings.mistakes;
  };

  test.each([
    ["LULL_DATADIR", "did you mean LULL_DATA_DIR?"],
    ["LULL_DATA_DIRS", "did you mean LULL_DATA_DIR?"],
    ["LULL_ADMIN_TOKN", "did you mean LULL_ADMIN_TOKEN?"],
    ["LULL_ADMIN_TOKEN_FLIE", "did you mean LULL_ADMIN_TOKEN_FILE?"],
    ["LULL_SOMETHING_ELSE_ENTIRELY", "remove it"],
  ])("%s is a mistake, with the nearest name when there is one", (name, fix) => {
    expect(known({ [name]: "x" })).toEqual([{ name, rule: "unknown setting", fix }]);
  });

  test("is none of lull's business without its prefix, or without a value", () => {
    expect(known({ PATH: "/bin", OTHER_NAMES: "x", LULL_NOTHING: "", LULL_UNSET: undefined })).toEqual([]);
  });

  test("is known when it is one of the settings, or the file of a secret", () => {
    expect(known({ LULL_DATA_DIR: "data" })).toEqual([]);
    const settings = open({ LULL_ADMIN_TOKEN_FILE: "/run/token" }, { "/run/token": "secret" });
    expect(settings.secret("LULL_ADMIN_TOKEN", 1)).toBe("secret");
    settings.refuseUnknown("LULL_");
    expect(settings.mistakes).toEqual([]);
  });
});

describe("an empty value", () => {
  test("is an unset one for every kind of setting", () => {
    const settings = open({ A: "", B: "  " });
    for (const name of ["A", "B", "C"]) {
      expect(settings.has(name)).toBe(false);
      expect(settings.text(name)).toBeNull();
      expect(settings.secret(name, 8)).toBeNull();
      expect(settings.integer(name, 5, 1, 9)).toBe(5);
      expect(settings.boolean(name, true)).toBe(true);
      expect(settings.choice(name, "x", ["x", "y"])).toBe("x");
      expect(settings.list(name, "x,y", null)).toEqual(["x", "y"]);
      expect(settings.url(name)).toBeNull();
    }
    expect(settings.mistakes).toEqual([]);
  });
});
