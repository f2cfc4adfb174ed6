// The one interface behind which the models stand that make words of sound.
import type { ProviderName, Taken } from "./provider.ts";

/** What the providers take: 25 MB, less what surrounds it. */
export const SOUND_BYTES_MAX = 24 * 1024 * 1024;

/** A sound on the disk. */
export interface Sound {
  path: string;
  /** What its provider is told; the ending says what it is. */
  fileName: string;
  contentType: string;
  sizeBytes: number;
  /** Null: its bytes do not tell. */
  seconds: number | null;
}

export interface Transcription extends Taken {
  /** Empty when nothing was said. */
  text: string;
  /** As the provider calls it; null when it did not say. */
  language: string | null;
}

/** One model under one credential. `transcribe` rejects as `ChatModel.complete` does. */
export interface SpeechModel {
  readonly provider: ProviderName;
  readonly model: string;
  transcribe(sound: Sound, signal: AbortSignal): Promise<Transcription>;
}
