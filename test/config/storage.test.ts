import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { type Config, readConfig } from "../../src/config.ts";
import { AppError } from "../../src/errors.ts";

const PEM = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const GOOGLE = {
  GCS_PROJECT_ID: "my-project",
  GCS_CLIENT_EMAIL: "lull@my-project.iam.gserviceaccount.com",
  GCS_PRIVATE_KEY: PEM.replaceAll("\n", "\\n"),
};

const read = (env: Record<string, string>): Config => readConfig({ env, readFile: () => null });

function refusal(env: Record<string, string>): string {
  try {
    read(env);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return String(error);
  }
  throw new Error("nothing was refused");
}

test("a service account makes Google Cloud Storage the store, with the line ends of its key brought back", () => {
  const { storage } = read({
    ...GOOGLE,
    GCS_PRIVATE_KEY_ID: "abc",
    GCS_LOCATION: "EU",
    GCS_BUCKET_PREFIX: "shop",
  });
  expect(storage).toEqual({
    google: {
      projectId: "my-project",
      clientEmail: GOOGLE.GCS_CLIENT_EMAIL,
      privateKey: PEM.trim(),
      privateKeyId: "abc",
      location: "EU",
      apiEndpoint: null,
    },
    bucketPrefix: "shop",
  });
});

test("the key may come from a file with real line ends", () => {
  const { GCS_PRIVATE_KEY: _, ...rest } = GOOGLE;
  const env = { ...rest, GCS_PRIVATE_KEY_FILE: "/run/key.pem" };
  const config = readConfig({ env, readFile: (path) => (path === "/run/key.pem" ? PEM : null) });
  expect(config.storage.google?.privateKey).toBe(PEM.trim());
});

test("LULL_STORAGE decides where it says so", () => {
  expect(read({ ...GOOGLE, LULL_STORAGE: "disk" }).storage.google).toBeNull();
  expect(refusal({ LULL_STORAGE: "gcs" })).toMatch(/GCS_PROJECT_ID[^]*GCS_CLIENT_EMAIL[^]*GCS_PRIVATE_KEY/);
  expect(refusal({ LULL_STORAGE: "cloud" })).toContain("must be one of disk, gcs");
});

test("an account without its project is no disk, but a mistake", () => {
  const { GCS_PROJECT_ID: _, ...account } = GOOGLE;
  expect(refusal(account)).toMatch(/GCS_PROJECT_ID\n.*needed/);
  expect(read({ ...account, LULL_STORAGE: "disk" }).storage.google).toBeNull();
});

test("an emulator on plain http needs no account, a private endpoint with TLS does", () => {
  const emulated = { GCS_PROJECT_ID: "my-project", GCS_API_ENDPOINT: "http://127.0.0.1:4443" };
  expect(read(emulated).storage.google?.apiEndpoint).toBe("http://127.0.0.1:4443");
  expect(refusal({ ...emulated, GCS_API_ENDPOINT: "https://storage.internal" })).toContain("GCS_PRIVATE_KEY");
});

describe("is refused with a rule and a fix, and without the value:", () => {
  test.each([
    ["GCS_PROJECT_ID", "My Project"],
    ["GCS_CLIENT_EMAIL", "lull"],
    ["GCS_PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\\nnonsense\\n-----END PRIVATE KEY-----"],
    ["GCS_LOCATION", "somewhere else"],
    ["GCS_API_ENDPOINT", "storage.internal"],
    ["GCS_BUCKET_PREFIX", "Shop"],
    ["GCS_BUCKET_PREFIX", "my-google-shop"],
    ["GCS_BUCKET_PREFIX", "goog-shop"],
    ["GCS_BUCKET_PREFIX", "-shop"],
    ["GCS_BUCKET_PREFIX", "a-prefix-that-is-too-long"],
    ["CHATWOOT_MEDIA_HOSTS", "https://files.example.com/x"],
    ["CHATWOOT_MEDIA_HOSTS", "files.example.com,*"],
  ])("%s %s", (name, value) => {
    const text = refusal({ ...GOOGLE, [name]: value });
    expect(text).toContain(name);
    expect(text).toContain("→");
    expect(text).not.toContain(value);
    expect(text).toContain("1 setting needs attention");
  });
});

test("the longest prefix leaves room for the whole of a bucket's name", () => {
  const prefix = "a".repeat(22);
  expect(read({ GCS_BUCKET_PREFIX: prefix }).storage.bucketPrefix).toBe(prefix);
  expect(`${prefix}-contact-${"0".repeat(32)}`).toHaveLength(63);
});

test("hosts of files are kept in lower case, each once, with a port of its own", () => {
  const env = { CHATWOOT_MEDIA_HOSTS: "Files.example.com, files.example.com,s3.local:9000" };
  expect(new Set(read(env).mediaHosts)).toEqual(new Set(["files.example.com", "s3.local:9000"]));
});
