// The calls of the old deployment's own documents, word for word, and what it takes to make them: the host changed, the
// placeholders filled. Whether they are made by curl or here they are the same requests.

export interface OldCall {
  command: string;
  /** What its placeholders stand for. */
  placeholders: readonly string[];
}

const CHAT = (text: string, phoneNumber: string): OldCall => ({
  placeholders: ["YOUR_ANON_KEY"],
  command: `curl -X POST https://your-domain.supabase.co/functions/v1/api-chatbot \\
  -H "Content-Type: application/json" \\
  -H "Authorization: Bearer YOUR_ANON_KEY" \\
  -d '{
    "text": "${text}",
    "source": "whatsapp",
    "phoneNumber": "${phoneNumber}"
  }'`,
});

export const OLD_CALLS = {
  userA: CHAT("Hello from User A", "+1234567890"),
  userB: CHAT("Hello from User B", "+0987654321"),
  userC: CHAT("Hello from User C", "+1111111111"),
  userD: CHAT("Hello from unknown user", "+9999999999"),
  bufferManager: {
    placeholders: ["your-service-role-key"],
    command: `curl -X POST "https://your-project-id.supabase.co/functions/v1/message-buffer-manager?action=handle" \\
  -H "Authorization: Bearer your-service-role-key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "id": 12345,
    "content": "Test message",
    "message_type": "incoming",
    "conversation": {"id": 1, "status": "open", "channel": "Channel::Whatsapp"},
    "sender": {"id": 1, "name": "Test User", "phone_number": "+1234567890"},
    "created_at": "'$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)'"
  }'`,
  },
  bufferProcessor: {
    placeholders: ["your-service-role-key"],
    command: `curl -X POST "https://your-project-id.supabase.co/functions/v1/buffer-processor" \\
  -H "Authorization: Bearer your-service-role-key" \\
  -H "Content-Type: application/json"`,
  },
  webhook: {
    placeholders: [],
    command: `curl -X POST "https://your-project-id.supabase.co/functions/v1/chatwoot-webhook-v2" \\
  -H "Content-Type: application/json" \\
  -d '{
    "id": 12345,
    "event": "message_created",
    "content": "Test message",
    "message_type": "incoming",
    "conversation": {"id": 1, "status": "open", "channel": "Channel::Whatsapp"},
    "sender": {"id": 1, "name": "Test User", "phone_number": "+1234567890"},
    "created_at": "'$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)'"
  }'`,
  },
  /** Described by its address and body alone. */
  userBucketService: {
    placeholders: ["your-service-role-key", "optional-user-id"],
    command: `curl -X POST "https://your-project-id.supabase.co/functions/v1/user-bucket-service" \\
  -H "Authorization: Bearer your-service-role-key" \\
  -H "Content-Type: application/json" \\
  -d '{
  "action": "identify-and-ensure-bucket",
  "whatsappNumber": "+5511999999999",
  "contactId": "contact_123_account_456",
  "userId": "optional-user-id"
}'`,
  },
} satisfies Record<string, OldCall>;

export type OldCallName = keyof typeof OLD_CALLS;

/** The command with its host changed and its placeholders filled. */
export function filled(name: OldCallName, address: string, values: Readonly<Record<string, string>>): string {
  const { command, placeholders }: OldCall = OLD_CALLS[name];
  const here = command.replace(/https:\/\/[\w-]+\.supabase\.co/, address);
  return placeholders.reduce((text, placeholder) => {
    const value = values[placeholder];
    if (value === undefined) throw new Error(`nothing stands for ${placeholder}`);
    return text.replaceAll(placeholder, value);
  }, here);
}

/** The request that curl would make of the command; `$(date …)` is the moment `nowMs`. */
export function requestOf(command: string, nowMs: number): Request {
  const words = wordsOf(command, new Date(nowMs).toISOString());
  const after = (flag: string): string[] =>
    words.flatMap((word, at) => (word === flag ? [words[at + 1] ?? ""] : []));
  const headers = after("-H").map((header): [string, string] => {
    const [, name = "", value = ""] = /^([^:]+): (.*)$/.exec(header) ?? [];
    return [name, value];
  });
  const [body] = after("-d");
  const url = words.find((word) => word.startsWith("http")) ?? "";
  const [method = "GET"] = after("-X");
  return new Request(url, { method, headers, ...(body === undefined ? {} : { body }) });
}

/** One piece of a word as the shell reads it: a line's end, a date, in single quotes, in double quotes, bare. */
const PIECE = /\\\n|\$\((date [^)]*)\)|'([^']*)'|"([^"]*)"|([^\s'"\\$]+)|(\s+)/g;

function wordsOf(command: string, date: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [, now, single, double, bare, space] of command.matchAll(PIECE)) {
    const piece = now === undefined ? (single ?? double ?? bare) : date;
    if (piece !== undefined) word = (word ?? "") + piece;
    else if (space !== undefined && word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
}
