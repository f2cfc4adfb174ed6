// Flags and the processing switch, as an operator turns them.
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";
import type { ChangeDeps } from "./admin.ts";
import { accept } from "./answers.ts";
import { readJsonObject } from "./request-body.ts";

export function switchHandlers({ flags, now, wake, changed }: ChangeDeps) {
  return {
    listFlags: () => accept({ data: flags.list() }),

    setFlag: async ({ params, request }: { params: { name: string }; request: Request }) => {
      const isOn = await readEnabled(request);
      await flags.set(params.name, isOn, now());
      changed(isOn ? "flag.on" : "flag.off", params.name);
      return accept({ data: flags.list() });
    },

    setProcessing: async ({ request }: { request: Request }) => {
      const isOn = await readEnabled(request);
      await flags.setProcessing(isOn, now());
      changed(isOn ? "processing.on" : "processing.off");
      wake();
      return accept({ data: { enabled: flags.isProcessingOn() } });
    },
  };
}

async function readEnabled(request: Request): Promise<boolean> {
  const { enabled } = await readJsonObject(request, BODY_BYTES_MAX);
  if (typeof enabled !== "boolean") throw new AppError("invalid_body", "enabled must be true or false.");
  return enabled;
}
