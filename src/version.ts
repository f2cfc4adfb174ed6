// The version of this build, as package.json has it, and the commit it was built from.
import manifest from "../package.json" with { type: "json" };

/** Set by the build alone. */
declare const LULL_COMMIT: string | undefined;

export const VERSION: string = manifest.version;
export const COMMIT: string = typeof LULL_COMMIT === "string" ? LULL_COMMIT : "unknown";
