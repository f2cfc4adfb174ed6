// All areas of the API, in the order in which they are shown.
import { arrivals } from "./arrivals.ts";
import { connections } from "./connections.ts";
import { conversations } from "./conversations.ts";
import { me } from "./me.ts";
import { moving } from "./moving.ts";
import type { Area } from "./operation.ts";
import { people } from "./people.ts";
import { personal } from "./personal.ts";
import { chat, programs } from "./programs.ts";
import { alerts } from "./alerts.ts";
import { schedules } from "./schedules.ts";
import { storage } from "./storage.ts";
import { switches } from "./switches.ts";
import { upkeep } from "./upkeep.ts";
import { health, webhooks } from "./webhook.ts";
import { work } from "./work.ts";

export const AREAS: readonly Area[] = [
  chat,
  programs,
  me,
  work,
  conversations,
  people,
  personal,
  storage,
  connections,
  switches,
  schedules,
  alerts,
  upkeep,
  moving,
  webhooks,
  arrivals,
  health,
];
