// What a reader cannot see but a machine can: it is taken out of whatever strangers wrote that goes into a prompt or a name.

/** Zero-width characters that join nothing, byte order marks, soft hyphens, what turns the direction of text, tag characters. */
export const UNSEEN =
  /[\u00AD\u200B\u2060\uFEFF\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/gu;
