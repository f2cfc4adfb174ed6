// What a connection's Chatwoot says of its tokens: whose they are, whether they see the account, what they may do. Asked anew
// each time; what is found is data, with what can be done about it.
import type { ChatwootSettings } from "../config.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import type { ChatwootApi, TokenKind } from "./api.ts";

export interface Finding {
  name: "api_token" | "account" | "user_token" | "lists";
  /** limited: lull works with it, and cannot do all. */
  state: "ok" | "limited" | "failed";
  text: string;
  fix?: string;
  code?: ErrorCode;
}

export interface ConnectionCheck {
  /** The worst of what was found. */
  state: Finding["state"];
  /** Null: it could not be found out. */
  tokenKind: TokenKind | null;
  findings: Finding[];
}

const LISTS_FIX = "Give it a user's token, too: a bot's alone cannot list what came while lull was down.";

export async function checkConnection(
  settings: ChatwootSettings | null,
  open: (settings: ChatwootSettings) => ChatwootApi | null,
  signal: AbortSignal,
): Promise<ConnectionCheck> {
  const api = settings && open({ ...settings, userToken: null });
  if (settings === null || api === null) return noChatwoot();
  const own = await findTokenKind("api_token", api, signal);
  const user = settings.userToken === null ? null : await checkUserToken(settings, open, signal);
  const findings = [own.finding];
  if (own.kind !== null) findings.push(await checkAccount(api, signal));
  if (user !== null) findings.push(user.finding);
  const canList = own.kind === "user" || user?.kind === "user";
  if (own.kind !== null) findings.push(listsFinding(canList));
  return { state: worstOf(findings), tokenKind: own.kind, findings };
}

function noChatwoot(): ConnectionCheck {
  const finding: Finding = {
    name: "api_token",
    state: "failed",
    text: "it has no Chatwoot: webhooks are taken, nothing can be read or sent",
    fix: "Set CHATWOOT_BASE_URL, CHATWOOT_ACCOUNT_ID and CHATWOOT_API_TOKEN.",
  };
  return { state: "failed", tokenKind: null, findings: [finding] };
}

async function checkUserToken(
  { userToken, ...settings }: ChatwootSettings,
  open: (settings: ChatwootSettings) => ChatwootApi | null,
  signal: AbortSignal,
): Promise<{ finding: Finding; kind: TokenKind | null }> {
  const api = open({ ...settings, apiToken: userToken ?? "", userToken: null });
  if (api === null) throw new Error("a Chatwoot that was opened once opens again");
  const { finding, kind } = await findTokenKind("user_token", api, signal);
  if (kind !== "bot") return { finding, kind };
  const fix = "Copy one from Profile settings → Access token of a person.";
  return { finding: { name: "user_token", state: "failed", text: "it is a bot's", fix }, kind };
}

async function findTokenKind(
  name: "api_token" | "user_token",
  api: ChatwootApi,
  signal: AbortSignal,
): Promise<{ finding: Finding; kind: TokenKind | null }> {
  try {
    const kind = await api.tokenKind(signal);
    return { finding: { name, state: "ok", text: `it is a ${kind}'s` }, kind };
  } catch (error) {
    return { finding: failure(name, error), kind: null };
  }
}

async function checkAccount(api: ChatwootApi, signal: AbortSignal): Promise<Finding> {
  try {
    await api.checkAccount(signal);
    return { name: "account", state: "ok", text: "the account is open to the token" };
  } catch (error) {
    return failure("account", error);
  }
}

function listsFinding(canList: boolean): Finding {
  if (canList) return { name: "lists", state: "ok", text: "messages can be listed" };
  return {
    name: "lists",
    state: "limited",
    text: "messages cannot be listed: only known conversations can be looked at",
    fix: LISTS_FIX,
  };
}

function failure(name: Finding["name"], error: unknown): Finding {
  if (!(error instanceof AppError)) throw error;
  const { message: text, fix, code } = error;
  return { name, state: "failed", text, ...(fix === undefined ? {} : { fix }), code };
}

function worstOf(findings: readonly Finding[]): Finding["state"] {
  const has = (state: Finding["state"]): boolean => findings.some((finding) => finding.state === state);
  return has("failed") ? "failed" : has("limited") ? "limited" : "ok";
}
