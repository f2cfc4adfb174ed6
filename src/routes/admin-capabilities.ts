// What models can do beyond what lull knows of them, as an operator says it: all of it at once, by their names.
import type { CapabilityOverrides } from "../ai/capabilities.ts";
import type { ModelTable } from "../ai/model-table.ts";
import type { ModelCapabilities } from "../ai/provider.ts";
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";
import type { ChangeDeps } from "./admin.ts";
import { accept } from "./answers.ts";
import { readJsonObject } from "./request-body.ts";

export interface CapabilityDeps {
  modelTable: Pick<ModelTable, "overrides" | "save">;
}

const MODELS_MAX = 200;
const MODEL_NAME = /^[\w./:@+-]{1,200}$/;
const CAPABILITIES: readonly string[] = ["sees", "obeysSchema"] satisfies (keyof ModelCapabilities)[];

export function capabilityHandlers({ modelTable, now, changed }: ChangeDeps) {
  return {
    show: () => accept({ data: modelTable.overrides() }),

    replace: async ({ request }: { request: Request }) => {
      const overrides = readOverrides(await readJsonObject(request, BODY_BYTES_MAX));
      await modelTable.save(overrides, now());
      changed(request, "models.change");
      return accept({ data: modelTable.overrides() });
    },
  };
}

function readOverrides(body: Record<string, unknown>): CapabilityOverrides {
  const models = Object.entries(body);
  if (models.length > MODELS_MAX)
    throw new AppError("invalid_body", `The body must name at most ${MODELS_MAX} models.`);
  for (const [name, said] of models) {
    if (!MODEL_NAME.test(name))
      throw new AppError("invalid_body", "Every field must be named as a model is, such as gpt-5.4-mini.");
    if (!isSaid(said))
      throw new AppError("invalid_body", "Every model must have sees or obeysSchema, each true or false.");
  }
  return Object.fromEntries(models) as CapabilityOverrides;
}

function isSaid(value: unknown): value is Partial<ModelCapabilities> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const said = Object.entries(value);
  const isKnown = said.every(([name, can]) => CAPABILITIES.includes(name) && typeof can === "boolean");
  return isKnown && said.length > 0;
}
