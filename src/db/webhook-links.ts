// Addresses that users keep for reference, one row each. Nothing calls them.
import type { Database } from "bun:sqlite";
import type { WebhookLinks } from "./store-users.ts";

type Params = Record<string, string | number | null>;
interface LinkRow {
  webhookUrl: string | null;
  groqApiUrl: string | null;
  webhookEnabled: number;
  groqEnabled: number;
}

export function webhookLinkTable(db: Database) {
  const save = db.query<null, [Params]>(`
    INSERT INTO webhook_api_links (user_id, webhook_url, groq_api_url, webhook_enabled, groq_enabled, created_at, updated_at)
    VALUES ($userId, $webhookUrl, $groqApiUrl, $webhookEnabled, $groqEnabled, $now, $now)
    ON CONFLICT (user_id) DO UPDATE SET webhook_url = excluded.webhook_url, groq_api_url = excluded.groq_api_url,
      webhook_enabled = excluded.webhook_enabled, groq_enabled = excluded.groq_enabled, updated_at = excluded.updated_at`);

  // From the user's row, so that one who never saved any is told from one who is not there.
  const get = db.query<LinkRow, [Params]>(`
    SELECT l.webhook_url AS webhookUrl, l.groq_api_url AS groqApiUrl, coalesce(l.webhook_enabled, 0) AS webhookEnabled,
      coalesce(l.groq_enabled, 0) AS groqEnabled
    FROM users AS u LEFT JOIN webhook_api_links AS l ON l.user_id = u.public_id WHERE u.public_id = $userId`);

  return {
    save: (userId: string, { webhookEnabled, groqEnabled, ...urls }: WebhookLinks, now: number) =>
      void save.run({
        userId,
        ...urls,
        webhookEnabled: Number(webhookEnabled),
        groqEnabled: Number(groqEnabled),
        now,
      }),
    get(userId: string): WebhookLinks | null {
      const row = get.get({ userId });
      if (row === null) return null;
      return { ...row, webhookEnabled: row.webhookEnabled === 1, groqEnabled: row.groqEnabled === 1 };
    },
  };
}
