// The machine's own network, over TLS: the address is the one that was judged, the certificate the host's.
import { describe, expect, test } from "bun:test";
import { openDownloads } from "../../src/media/downloads.ts";
import { systemNetwork } from "../../src/media/system-network.ts";
import { file, MediaDouble } from "../doubles/media.ts";
import { makeCertificate } from "../doubles/media-certificate.ts";
import { downloadInChild } from "./child.ts";
import { BYTES_MAX, failureOf, type MediaScene, openMediaScene, patient } from "./scene.ts";

const HOST = "chat.example.test";
const certificate = makeCertificate([HOST]);
const PATH = "/file";
const BYTES = Buffer.from("the file");

/** A Chatwoot on TLS with a name of its own. */
async function openTls(certified = certificate): Promise<MediaScene> {
  const origin = (port: number): string => `https://${HOST}:${port}`;
  const scene = await openMediaScene({ certificate: certified, origin });
  scene.network.name(HOST, ["127.0.0.1"]);
  scene.server.on(PATH, file(BYTES));
  return scene;
}

function orderFor(scene: MediaScene) {
  const url = `${scene.origin}${PATH}`;
  return { url, connectionOrigin: scene.origin, into: scene.path(), bytesMax: BYTES_MAX };
}

describe("the address that was looked up is the one that is connected to", () => {
  test("whatever the name is answered with the second time", async () => {
    await using scene = await openTls();
    await using decoy = await MediaDouble.open({
      certificate,
      address: "127.0.0.9",
      port: scene.server.port,
    });
    decoy.on(PATH, file(Buffer.from("a decoy")));
    scene.network.name(HOST, ["127.0.0.1"], ["127.0.0.9"]);
    await scene.get(PATH);
    expect(scene.read().equals(BYTES)).toBe(true);
    expect(scene.network.lookups).toEqual([HOST]);
    expect(scene.network.doors).toEqual([
      { address: "127.0.0.1", port: scene.server.port, certifiedHost: HOST },
    ]);
    expect(decoy.requests).toEqual([]);
    // The decoy is one: the next download looks the name up again, and is led there.
    await scene.get(PATH);
    expect(scene.read().toString()).toBe("a decoy");
  });

  test("whatever proxy the environment names", async () => {
    await using scene = await openTls();
    await using proxy = await MediaDouble.open();
    const at = `http://127.0.0.1:${proxy.port}`;
    const env = { HTTP_PROXY: at, HTTPS_PROXY: at, http_proxy: at, https_proxy: at, ALL_PROXY: at };
    const told = await downloadInChild({ ...orderFor(scene), authorities: certificate.cert }, env);
    expect(told.outcome).toBe("done");
    expect(proxy.requests).toEqual([]);
  });
});

describe("the certificate must be the host's", () => {
  test("and name it", async () => {
    await using scene = await openTls(makeCertificate(["other.example.test"]));
    expect(await failureOf(scene.get(PATH))).toBe("media_unavailable certificate");
    expect(scene.server.requests).toEqual([]);
  });

  test("and name the address, where the host is one", async () => {
    const byAddress = (port: number): string => `https://127.0.0.1:${port}`;
    await using right = await openMediaScene({
      certificate: makeCertificate([], ["127.0.0.1"]),
      origin: byAddress,
    });
    right.server.on(PATH, file(BYTES));
    await right.get(PATH);
    expect(right.read().equals(BYTES)).toBe(true);
    expect(right.network.lookups).toEqual([]);
    await using wrong = await openMediaScene({ certificate, origin: byAddress });
    expect(await failureOf(wrong.get(PATH))).toBe("media_unavailable certificate");
  });

  test("and come from an authority that the machine trusts", async () => {
    await using scene = await openTls();
    const network = { ...systemNetwork(), lookup: () => Promise.resolve(["127.0.0.1"]) };
    const downloads = openDownloads({ clock: scene.clock, network, mediaHosts: [] });
    const tried = downloads.download(orderFor(scene), patient);
    expect(await failureOf(tried)).toBe("media_unavailable certificate");
    expect(scene.server.requests).toEqual([]);
  });

  test("even where the environment would have any", async () => {
    await using scene = await openTls();
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const told = await downloadInChild({ ...orderFor(scene), authorities: null }, env);
    expect(told.outcome).toBe("media_unavailable certificate");
    expect(scene.server.requests).toEqual([]);
  });
});

test("the machine's resolver knows the machine", async () => {
  expect(await systemNetwork().lookup("localhost")).toContain("127.0.0.1");
});
