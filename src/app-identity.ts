// The part of the composition root that knows people: who writes, whose line it is, whose key answers.
import { Asker } from "./ai/asker.ts";
import { Credentials, type OpenModelSettings, type OpenSpeechSettings } from "./ai/credentials.ts";
import { ModelTable } from "./ai/model-table.ts";
import type { ChatModel } from "./ai/provider.ts";
import type { SpeechModel } from "./ai/speech.ts";
import type { Base } from "./app.ts";
import type { Connections } from "./chatwoot/connections.ts";
import type { Config, HostedProvider } from "./config.ts";
import { AppError } from "./errors.ts";
import { NumberClaims } from "./identity/claims.ts";
import { Parties } from "./identity/parties.ts";
import { type Country, isCountry } from "./identity/phone.ts";
import { Resolver } from "./identity/resolver.ts";
import type { KnowledgeSearch } from "./knowledge/search.ts";
import type { Sealer } from "./sealing.ts";
import { ChatAnswerer } from "./turn/chat-answer.ts";

/** What the composition root knows of models, and it alone. */
export interface Models {
  open: (settings: OpenModelSettings) => ChatModel;
  /** The model of each provider that is asked where nobody chose one. */
  defaults: Record<HostedProvider, string>;
  openSpeech: (settings: OpenSpeechSettings) => SpeechModel;
  /** The model of each provider that hears. */
  speech: Record<HostedProvider, string>;
  offline: ChatModel;
}

export type People = ReturnType<typeof wirePeople>;

/** The services that identify and that ask models. */
export function wirePeople(
  config: Config,
  base: Base,
  sealer: Sealer,
  connections: Connections,
  models: Models,
  knowledge: KnowledgeSearch,
) {
  const { store, clock, random, log, metrics, tracing } = base;
  const country = readCountry(config.defaultCountry);
  const shared = { store, clock, random, log, metrics, tracing };
  const resolver = new Resolver({
    ...shared,
    accountIdOf: (connectionKey) => connections.withKey(connectionKey)?.accountId ?? null,
  });
  const isPlayground = (connectionKey: number) => connections.withKey(connectionKey)?.isPlayground === true;
  const parties = new Parties({ resolver, store, isPlayground });
  const modelTable = new ModelTable(store);
  const credentials = new Credentials({
    ...shared,
    sealer,
    openModel: models.open,
    openSpeech: models.openSpeech,
    speechModels: models.speech,
    modelDefaults: models.defaults,
    capabilitiesOf: (provider, model) => modelTable.of(provider, model),
    offline: models.offline,
    systemKeys: config.systemKeys,
    isSystemFallbackOn: config.isSystemFallbackOn,
  });
  const { modelTimeoutMs, transcription } = config;
  const asker = new Asker({ ...shared, credentials, modelTimeoutMs, hearingOrder: transcription.order });
  const claims = new NumberClaims({ ...shared, country });
  const chat = new ChatAnswerer({ ...shared, country, parties, asker, knowledge });
  const responder = responderOf(config, models);
  return { country, resolver, parties, credentials, modelTable, asker, claims, chat, knowledge, responder };
}

/** Who answers in the playground. */
function responderOf(
  { systemKeys }: Config,
  { defaults, offline }: Models,
): Pick<ChatModel, "provider" | "model"> {
  const [first] = systemKeys;
  return first === undefined ? offline : { provider: first.provider, model: defaults[first.provider] };
}

function readCountry(word: string): Country {
  if (isCountry(word)) return word;
  throw new AppError("bad_config", `LULL_DEFAULT_COUNTRY: ${word} is no country with phone numbers.`, {
    fix: "Use the two letters of the country that numbers without a prefix belong to, such as BR.",
  });
}
