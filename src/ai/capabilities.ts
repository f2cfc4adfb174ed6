// What each model can do beside reading and writing text: a table, and what the operator says of models that it does not
// know or knows wrongly. Pure.
import type { ModelCapabilities, ProviderName } from "./provider.ts";

/** By the beginning of a model's name; the longest that fits counts. Of others nothing is expected. */
const KNOWN: Readonly<Record<ProviderName, Readonly<Record<string, ModelCapabilities>>>> = {
  openai: {
    "gpt-4o": { sees: true, obeysSchema: true },
    // Older than schemas.
    "gpt-4o-2024-05-13": { sees: true, obeysSchema: false },
    "gpt-4.1": { sees: true, obeysSchema: true },
    "gpt-5": { sees: true, obeysSchema: true },
    "gpt-6": { sees: true, obeysSchema: true },
    o3: { sees: true, obeysSchema: true },
    "o3-mini": { sees: false, obeysSchema: true },
    "o4-mini": { sees: true, obeysSchema: true },
  },
  groq: {
    "openai/gpt-oss-20b": { sees: false, obeysSchema: true },
    "openai/gpt-oss-120b": { sees: false, obeysSchema: true },
    "meta-llama/llama-4": { sees: true, obeysSchema: false },
    "qwen/qwen3.8": { sees: true, obeysSchema: false },
  },
  offline: {},
};
const NOTHING: ModelCapabilities = { sees: false, obeysSchema: false };

/** What the operator says of models, by their names. */
export type CapabilityOverrides = Readonly<Record<string, Partial<ModelCapabilities>>>;

export function capabilitiesOf(
  provider: ProviderName,
  model: string,
  overrides: CapabilityOverrides = {},
): ModelCapabilities {
  const known = Object.entries(KNOWN[provider])
    .filter(([name]) => model.startsWith(name))
    .toSorted(([one], [other]) => other.length - one.length);
  const own = Object.hasOwn(overrides, model) ? overrides[model] : {};
  return { ...(known[0]?.[1] ?? NOTHING), ...own };
}
