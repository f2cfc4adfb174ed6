import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/errors.ts";
import { allowedRedirect, allowedStart, type Target } from "../../src/media/allowed-url.ts";

const HTTPS = "https://chat.example.com";
const HTTP = "http://chat.example.com";
const LOOPBACK = "http://127.0.0.1:3000";
const PATH = "/rails/active_storage/blobs/redirect/abc/voice.ogg";
const HOSTS = ["bucket.s3.example.com", "minio.example.com:9000"];
const SEED = 20_261_121;

function judged(judge: () => Target): string {
  try {
    const { url, isOwn } = judge();
    return `${isOwn ? "own" : "listed"} ${url.href}`;
  } catch (error) {
    if (error instanceof AppError) return `${error.reason}`;
    throw error;
  }
}

const start = (text: string, origin = HTTPS): string => judged(() => allowedStart(text, origin));
const redirect = (location: string, origin = HTTPS): string =>
  judged(() => allowedRedirect(location, new URL(`${origin}${PATH}?from=1`), origin, HOSTS));

describe("an attachment's address is fetched from the connection's own origin", () => {
  test.each([
    [HTTPS, `${HTTPS}${PATH}`, `own ${HTTPS}${PATH}`],
    [`${HTTPS}/app/`, `${HTTPS}${PATH}?disposition=inline`, `own ${HTTPS}${PATH}?disposition=inline`],
    [HTTPS, `HTTPS://CHAT.Example.Com${PATH}`, `own ${HTTPS}${PATH}`],
    [HTTPS, `${HTTPS}:443${PATH}`, `own ${HTTPS}${PATH}`],
    [HTTPS, `${HTTPS}${PATH}#fragment`, `own ${HTTPS}${PATH}`],
    [HTTPS, `${HTTPS}/a/não.pdf`, `own ${HTTPS}/a/n%C3%A3o.pdf`],
    [HTTPS, HTTPS, `own ${HTTPS}/`],
    [LOOPBACK, `${LOOPBACK}${PATH}`, `own ${LOOPBACK}${PATH}`],
    ["http://[::1]:3000", `http://[::1]:3000${PATH}`, `own http://[::1]:3000${PATH}`],
    [
      "https://chat.example.com:8443",
      `https://chat.example.com:8443/x`,
      "own https://chat.example.com:8443/x",
    ],
  ])("%s allows %s", (origin, text, expected) => {
    expect(start(text, origin)).toBe(expected);
  });

  test("and where that is on https, never by http: the address is asked by https", () => {
    expect(start(`${HTTP}${PATH}`)).toBe(`own ${HTTPS}${PATH}`);
    expect(start("http://chat.example.com:8443/x", "https://chat.example.com:8443")).toBe(
      "own https://chat.example.com:8443/x",
    );
  });

  test("and where that is on http, by https too", () => {
    expect(start(`${HTTPS}${PATH}`, HTTP)).toBe(`own ${HTTPS}${PATH}`);
    expect(start(`${HTTP}${PATH}`, HTTP)).toBe(`own ${HTTP}${PATH}`);
  });
});

describe("everything else is refused", () => {
  test.each([
    ["file:///etc/passwd", "scheme"],
    ["FILE:///etc/passwd", "scheme"],
    ["data:text/plain,hello", "scheme"],
    ["blob:https://chat.example.com/1", "scheme"],
    ["ftp://chat.example.com/x", "scheme"],
    ["gopher://chat.example.com/x", "scheme"],
    ["s3://chat.example.com/x", "scheme"],
    ["unix:/run/lull.sock", "scheme"],
    ["javascript:alert(1)", "scheme"],
    ["view-source:https://chat.example.com/", "scheme"],
    ["httpsx://chat.example.com/", "scheme"],
    [PATH, "scheme"],
    ["//chat.example.com/x", "scheme"],
    ["", "scheme"],
    ["https:chat.example.com/x", "url"],
    ["https:/chat.example.com/x", "url"],
    ["https:///chat.example.com/x", "url"],
    ["https://", "url"],
    ["https://user@chat.example.com/x", "url"],
    ["https://user:pass@chat.example.com/x", "url"],
    ["https://@chat.example.com/x", "url"],
    ["https://chat.example.com@evil.test/x", "url"],
    ["https://chat.example.com:443@evil.test/x", "url"],
    ["https://evil.test#@chat.example.com/x", "host"],
    ["https://evil.test?@chat.example.com/x", "host"],
    ["https:\\\\chat.example.com\\x", "url"],
    ["https://evil.test\\@chat.example.com/x", "url"],
    ["https://chat.example.com\\@evil.test/x", "url"],
    ["https://chat.example.com/x\\y", "url"],
    ["https://chat.example.com/x\r\nhost: evil.test", "url"],
    ["https://chat.exam\tple.com/x", "url"],
    [" https://chat.example.com/x", "url"],
    ["https://chat.example.com/x ", "url"],
    ["https://chat.example.com\u0000.evil.test/", "url"],
    ["https://chat.example.com\u00a0/x", "url"],
    ["https://chat.example.com\u3002evil.test/", "url"],
    ["https://chаt.example.com/x", "url"], // a Cyrillic а
    ["https://ｃhat.example.com/x", "url"], // a wide c, which parsers make a usual one
    ["https://chat.example.com\u00ad/x", "url"],
    ["https://xn--cht-5cd.example.com/x", "host"],
    ["https://ch%61t.example.com/x", "url"],
    ["https://chat.example.com%2eevil.test/", "url"],
    ["https://chat.example.com./x", "host"],
    ["https://chat.example.com.evil.test/x", "host"],
    ["https://evilchat.example.com/x", "host"],
    ["https://sub.chat.example.com/x", "host"],
    ["https://example.com/x", "host"],
    ["https://chat.example.com:8443/x", "host"],
    ["https://chat.example.com:80/x", "host"],
    ["https://chat.example.com:0/x", "host"],
    ["https://chat.example.com:65536/x", "url"],
    ["https://chat.example.com:99999999/x", "url"],
    ["https://chat.example.com:+443/x", "url"],
    ["http://chat.example.com:22/x", "host"],
    ["https://127.0.0.1/x", "host"],
    ["https://169.254.169.254/latest/meta-data/", "host"],
    ["https://[::ffff:169.254.169.254]/", "host"],
    ["https://bucket.s3.example.com/x", "host"], // listed, but only for redirects
    [`${HTTPS}/${"a".repeat(8_192)}`, "url"],
  ])("%p: %s", (text, reason) => {
    expect(start(text)).toBe(reason);
  });

  test.each(["127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.01"])(
    "a loopback that is spelled %s is not the loopback the connection stands on",
    (host) => {
      expect(start(`http://${host}:3000/x`, LOOPBACK)).toBe("host");
    },
  );

  test("nor does the loopback's own Chatwoot open its other ports, or its other names", () => {
    for (const url of ["http://127.0.0.1/x", "http://127.0.0.1:3001/x", "http://localhost:3000/x"])
      expect(start(url, LOOPBACK)).toBe("host");
    expect(start("http://[::ffff:127.0.0.1]:3000/x", LOOPBACK)).toBe("host");
  });
});

describe("a redirect", () => {
  test.each([
    ["/rails/active_storage/disk/xyz/voice.ogg", `own ${HTTPS}/rails/active_storage/disk/xyz/voice.ogg`],
    [`${HTTPS}/x`, `own ${HTTPS}/x`],
    [`${HTTP}/x`, `own ${HTTPS}/x`],
    ["//chat.example.com/x", `own ${HTTPS}/x`],
    ["?again=1", `own ${HTTPS}${PATH}?again=1`],
    [
      "https://bucket.s3.example.com/k?X-Amz-Signature=1",
      "listed https://bucket.s3.example.com/k?X-Amz-Signature=1",
    ],
    ["//bucket.s3.example.com/k", "listed https://bucket.s3.example.com/k"],
    ["https://minio.example.com:9000/k", "listed https://minio.example.com:9000/k"],
    ["http://minio.example.com:9000/k", "listed http://minio.example.com:9000/k"],
    ["http://bucket.s3.example.com/k", "host"],
    ["https://bucket.s3.example.com:444/k", "host"],
    ["https://minio.example.com/k", "host"],
    ["https://bucket.s3.example.com.evil.test/k", "host"],
    ["https://x.bucket.s3.example.com/k", "host"],
    ["https://bucket.s3.example.com./k", "host"],
    ["https://evil@bucket.s3.example.com/k", "url"],
    ["//evil@bucket.s3.example.com/k", "url"],
    ["//evil.test/x", "host"],
    ["/\\evil.test/x", "url"],
    ["\\\\evil.test/x", "url"],
    ["/\t/evil.test/x", "url"],
    ["///evil.test/x", "host"],
    ["http:/evil.test", "url"],
    ["file:///etc/passwd", "scheme"],
    ["data:audio/ogg;base64,AA==", "scheme"],
    ["http://127.0.0.1:8787/admin", "host"],
    ["http://localhost/", "host"],
  ])("to %p: %s", (location, expected) => {
    expect(redirect(location)).toBe(expected);
  });

  test("from a Chatwoot on http may go on by http, and by https", () => {
    expect(redirect("http://bucket.s3.example.com/k", LOOPBACK)).toBe(
      "listed http://bucket.s3.example.com/k",
    );
    expect(redirect("https://bucket.s3.example.com/k", LOOPBACK)).toBe(
      "listed https://bucket.s3.example.com/k",
    );
  });
});

test(`whatever is written, what is let through leads to the connection's own host or a listed one (seed ${SEED})`, () => {
  const piece = fc.constantFrom(
    "https://",
    "http://",
    "chat.example.com",
    "bucket.s3.example.com",
    "evil.test",
    "127.0.0.1",
    "@",
    "/",
    "\\",
    ":",
    "443",
    "#",
    "?",
    ".",
    "%40",
    "%2f",
    "\t",
    "a",
    "。",
    "[::1]",
  );
  const text = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(""));
  let passedCount = 0;
  fc.assert(
    fc.property(text, (location) => {
      const verdict = redirect(location);
      if (!/^(own|listed) /.test(verdict)) return;
      passedCount++;
      const url = new URL(verdict.split(" ")[1] ?? "");
      expect(["chat.example.com", "bucket.s3.example.com"]).toContain(url.hostname);
      expect([url.protocol, url.port, url.username, url.password]).toEqual(["https:", "", "", ""]);
    }),
    { numRuns: 20_000, seed: SEED },
  );
  expect(passedCount).toBeGreaterThan(1_000);
});

test("no refusal repeats the address, which is a secret", () => {
  const secrets = ["https://evil.test/SECRET", "https://u:SECRET@chat.example.com/", "SECRET:x"];
  for (const secret of secrets) {
    try {
      allowedStart(secret, HTTPS);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(`${error instanceof Error ? `${error.message}${error.stack}` : ""}`).not.toContain("SECRET");
    }
  }
  expect.assertions(secrets.length * 2);
});
