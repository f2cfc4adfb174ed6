// What a model is known to be able to do: by the longest name that fits, and what the operator says of it above all.
import { expect, test } from "bun:test";
import { capabilitiesOf } from "../../src/ai/capabilities.ts";
import type { ProviderName } from "../../src/ai/provider.ts";

test.each<[provider: ProviderName, model: string, sees: boolean, obeysSchema: boolean]>([
  ["openai", "gpt-4o", true, true],
  ["openai", "gpt-4o-mini-2024-07-18", true, true],
  ["openai", "gpt-4o-2024-05-13", true, false],
  ["openai", "gpt-5.4-mini", true, true],
  ["openai", "o3", true, true],
  ["openai", "o3-mini", false, true],
  ["openai", "gpt-3.5-turbo", false, false],
  ["groq", "openai/gpt-oss-20b", false, true],
  ["groq", "meta-llama/llama-4-scout-17b-16e-instruct", true, false],
  ["groq", "gpt-4o", false, false],
  ["offline", "offline", false, false],
])("%s %s: sees %p, obeys a schema %p", (provider, model, sees, obeysSchema) => {
  expect(capabilitiesOf(provider, model)).toEqual({ sees, obeysSchema });
});

test("the operator knows better, of this very model alone", () => {
  const overrides = { "gpt-4o": { sees: false } };
  expect(capabilitiesOf("openai", "gpt-4o", overrides)).toEqual({ sees: false, obeysSchema: true });
  expect(capabilitiesOf("openai", "gpt-4o-mini", overrides)).toEqual({ sees: true, obeysSchema: true });
  expect(capabilitiesOf("openai", "toString", {})).toEqual({ sees: false, obeysSchema: false });
});
