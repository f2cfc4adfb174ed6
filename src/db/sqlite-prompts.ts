// The store's verbs for the prompts of inboxes, each one transaction.
import type { PromptStore } from "./store-prompts.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function promptWork({ prompts, newId }: Tables, transact: Transact): PromptStore {
  return {
    prompt: (place, version) => transact(() => prompts.find(place, version)),
    addPrompt: (place, prompt, now) => transact(() => prompts.add(newId(now), place, prompt, now)),
    prompts: (place) => transact(() => prompts.list(place)),
  };
}
