// What the playground's customer can attach: three small files that are a part of the binary, told of as Chatwoot tells
// of attachments, and the network that they alone are fetched by.
import type { DownloadDeps, Downloads } from "../media/downloads.ts";
import { openDownloads } from "../media/downloads.ts";
import type { Connection, Network } from "../media/network.ts";
import order from "./samples/order.pdf" with { type: "file" };
import picture from "./samples/picture.jpg" with { type: "file" };
import voiceNote from "./samples/voice-note.ogg" with { type: "file" };
import { SAMPLE_NAMES, type SampleName } from "./state.ts";

interface Sample {
  path: string;
  /** Chatwoot's word. */
  fileType: "audio" | "image" | "file";
  contentType: string;
}

/** Nobody else's: no name under `.invalid` is ever given out. */
const STAGE_HOST = "playground.invalid";
export const STAGE_ORIGIN = `http://${STAGE_HOST}`;
const FILES_PATH = "/files/";
/** Set aside for examples: no computer has it, and nothing is connected to. */
const STAGE_ADDRESS = "192.0.2.1";

const SAMPLES: Readonly<Record<SampleName, Sample>> = {
  "voice-note.ogg": { path: voiceNote, fileType: "audio", contentType: "audio/ogg" },
  "picture.jpg": { path: picture, fileType: "image", contentType: "image/jpeg" },
  "order.pdf": { path: order, fileType: "file", contentType: "application/pdf" },
};

export function isSampleName(name: unknown): name is SampleName {
  return SAMPLE_NAMES.some((one) => one === name);
}

/** The attachment of a message, in Chatwoot's own shape. */
export function sampleAttachment(
  name: SampleName,
  { messageId, accountId }: { messageId: number; accountId: number },
): Record<string, unknown> {
  const { path, fileType } = SAMPLES[name];
  return {
    id: messageId,
    message_id: messageId,
    account_id: accountId,
    file_type: fileType,
    extension: null,
    data_url: `${STAGE_ORIGIN}${FILES_PATH}${name}`,
    thumb_url: "",
    file_size: Bun.file(path).size,
    ...(fileType === "audio" ? { transcribed_text: "" } : {}),
  };
}

/** The stage's files come by a network of their own, which knows nothing else; all others by `outside`, which knows no stage. */
export function withSamples(outside: Downloads, clock: DownloadDeps["clock"]): Downloads {
  const ofStage = openDownloads({ clock, network: STAGE_NETWORK, mediaHosts: [] });
  return {
    download: (order, signal) =>
      (order.connectionOrigin === STAGE_ORIGIN ? ofStage : outside).download(order, signal),
  };
}

const STAGE_NETWORK: Network = {
  lookup: (host) =>
    host === STAGE_HOST ? Promise.resolve([STAGE_ADDRESS]) : Promise.reject(new Error("it is no host here")),
  connect: () => Promise.resolve(SAMPLE_CONNECTION),
};

const SAMPLE_CONNECTION: Connection = {
  get(path) {
    const name = path.slice(FILES_PATH.length);
    if (!path.startsWith(FILES_PATH) || !isSampleName(name))
      return Promise.resolve({ status: 404, headers: {}, body: none() });
    const { path: file, contentType } = SAMPLES[name];
    const headers = { "content-type": contentType, "content-length": String(Bun.file(file).size) };
    return Promise.resolve({ status: 200, headers, body: Bun.file(file).stream() });
  },
  close: () => {},
};

async function* none(): AsyncGenerator<Uint8Array> {}
