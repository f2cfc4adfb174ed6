// Where alerts and traces go: what is taken, what is refused, and that none of it is shown.
import { describe, expect, test } from "bun:test";
import { readConfig } from "../../src/config.ts";

const SECRET_URL = "https://hooks.example.com/T0/s3cret?key=s3cret";
const COLLECTOR = "http://127.0.0.1:4318";

const read = (env: Record<string, string>, file: string | null = null) =>
  readConfig({ env, readFile: () => file }).upkeep;

function refusalOf(env: Record<string, string>): string {
  try {
    read(env);
  } catch (error) {
    return String(error);
  }
  throw new Error("nothing was refused");
}

describe("LULL_ALERT_URL", () => {
  test.each([
    [SECRET_URL, { kind: "url", url: SECRET_URL }],
    ["http://127.0.0.1:9000/", { kind: "url", url: "http://127.0.0.1:9000/" }],
    ["chatwoot:default/12", { kind: "chatwoot", connection: "default", conversationId: 12 }],
  ])("%s is taken", (text, target) => {
    expect(read({ LULL_ALERT_URL: text }).alertTarget).toEqual(target as never);
  });

  test("comes from a file, too", () => {
    const { alertTarget } = read({ LULL_ALERT_URL_FILE: "/run/alert" }, `${SECRET_URL}\n`);
    expect(alertTarget).toEqual({ kind: "url", url: SECRET_URL });
  });

  test.each(["ftp://s3cret.test", "s3cret", "chatwoot:default", "chatwoot:/12", "chatwoot:a/s3cret"])(
    "%s is refused by name, and not shown",
    (text) => {
      const refusal = refusalOf({ LULL_ALERT_URL: text });
      expect(refusal).toContain("LULL_ALERT_URL\n");
      expect(refusal).not.toContain("s3cret");
    },
  );
});

describe("the collector of traces", () => {
  test("gets headers and a name where they are given", () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `${COLLECTOR}/`, OTEL_SERVICE_NAME: "shop" };
    expect(read({ ...env, OTEL_EXPORTER_OTLP_HEADERS: "api-key=a=b, x-team=one" }).tracing).toEqual({
      endpoint: COLLECTOR,
      headers: { "api-key": "a=b", "x-team": "one" },
      serviceName: "shop",
    });
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR }).tracing).toMatchObject({
      headers: {},
      serviceName: "lull",
    });
  });

  test("is none where only its headers are given, and headers that are none are refused", () => {
    const headersOf = (text: string) =>
      read({ OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR, OTEL_EXPORTER_OTLP_HEADERS: text }).tracing?.headers;
    expect(headersOf("Authorization=Basic%20YTpi%3D,x=a b")).toEqual({
      Authorization: "Basic YTpi=",
      x: "a b",
    });
    for (const wrong of ["a=%zz", "a=b%0d%0ac: d", "a b=c"])
      expect(refusalOf({ OTEL_EXPORTER_OTLP_HEADERS: wrong })).toContain("OTEL_EXPORTER_OTLP_HEADERS\n");
    expect(read({ OTEL_EXPORTER_OTLP_HEADERS: "a=b" }).tracing).toBeNull();
    const refusal = refusalOf({ OTEL_EXPORTER_OTLP_HEADERS: "s3cret" });
    expect(refusal).toContain("OTEL_EXPORTER_OTLP_HEADERS\n");
    expect(refusal).not.toContain("s3cret");
  });
});
