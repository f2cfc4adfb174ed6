// The name under which this installation claims work: it lives in the data folder, so that it outlives a restart,
// a new container and a new host name, and a dead process's claims are known as its own.
import type { SettingsStore } from "../db/store-settings.ts";
import type { Random } from "../random.ts";

const SETTING = "instance_id";

/** The instance's id; made at the first start. */
export async function ensureInstanceId(store: SettingsStore, random: Random, now: number): Promise<string> {
  const known = await store.setting(SETTING);
  if (known !== null) return known;
  const made = random.uuid(now);
  await store.saveSetting(SETTING, made, now);
  return made;
}
