-- From version 1 to 2: users and what is theirs, keys beside every number, history that the chat API can write, too.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER REFERENCES connections (id),
  name TEXT NOT NULL,
  email TEXT COLLATE NOCASE UNIQUE,
  requests_per_minute_max INTEGER CHECK (requests_per_minute_max > 0),
  tokens_per_day_max INTEGER CHECK (tokens_per_day_max > 0),
  spend_per_month_max_micro_usd INTEGER CHECK (spend_per_month_max_micro_usd > 0),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE deleted_users (
  user_id TEXT PRIMARY KEY,
  deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE whatsapp_user_mapping (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER REFERENCES connections (id),
  user_id TEXT NOT NULL REFERENCES users (public_id) ON DELETE CASCADE,
  whatsapp_number TEXT NOT NULL,
  phone_key TEXT NOT NULL,
  key_version TEXT NOT NULL,
  is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
  source TEXT NOT NULL CHECK (source IN ('admin', 'self')),
  code_hash TEXT,
  code_expires_at INTEGER,
  code_tries INTEGER NOT NULL DEFAULT 0,
  verified_at INTEGER,
  created_at INTEGER NOT NULL,
  CHECK ((is_verified = 1) = (verified_at IS NOT NULL)),
  CHECK ((code_hash IS NULL) = (code_expires_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX one_mapping_of_user ON whatsapp_user_mapping (user_id, phone_key, coalesce(connection_id, 0));
CREATE INDEX mappings_of_phone ON whatsapp_user_mapping (phone_key);

CREATE TABLE user_whatsapp_config (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER REFERENCES connections (id),
  user_id TEXT NOT NULL REFERENCES users (public_id) ON DELETE CASCADE,
  phone_number_id TEXT,
  inbox_id INTEGER,
  phone_number TEXT,
  phone_key TEXT,
  key_version TEXT,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (coalesce(phone_number_id, inbox_id, phone_number) IS NOT NULL),
  CHECK (inbox_id IS NULL OR connection_id IS NOT NULL),
  CHECK ((phone_number IS NULL) = (phone_key IS NULL)),
  CHECK ((phone_key IS NULL) = (key_version IS NULL))
) STRICT;
CREATE INDEX configs_of_phone ON user_whatsapp_config (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX configs_of_line ON user_whatsapp_config (phone_number_id) WHERE phone_number_id IS NOT NULL;
CREATE INDEX configs_of_inbox ON user_whatsapp_config (inbox_id, connection_id) WHERE inbox_id IS NOT NULL;
CREATE INDEX configs_of_user ON user_whatsapp_config (user_id);

CREATE TABLE profiles (
  id INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (public_id) ON DELETE CASCADE,
  full_name TEXT,
  language TEXT,
  whatsapp_number TEXT,
  phone_key TEXT,
  key_version TEXT,
  is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((whatsapp_number IS NULL) = (phone_key IS NULL)),
  CHECK ((phone_key IS NULL) = (key_version IS NULL))
) STRICT;
CREATE INDEX profiles_of_phone ON profiles (phone_key) WHERE phone_key IS NOT NULL;

CREATE TABLE meeting_notes (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (public_id) ON DELETE CASCADE,
  title TEXT,
  content TEXT NOT NULL,
  contact_name TEXT,
  contact_phone TEXT,
  phone_key TEXT,
  key_version TEXT,
  met_at INTEGER,
  created_at INTEGER NOT NULL,
  CHECK ((contact_phone IS NULL) = (phone_key IS NULL)),
  CHECK ((phone_key IS NULL) = (key_version IS NULL))
) STRICT;
CREATE INDEX notes_of_phone ON meeting_notes (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX notes_of_user ON meeting_notes (user_id, id);

CREATE TABLE webhook_api_links (
  id INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (public_id) ON DELETE CASCADE,
  webhook_url TEXT,
  groq_api_url TEXT,
  webhook_enabled INTEGER NOT NULL CHECK (webhook_enabled IN (0, 1)),
  groq_enabled INTEGER NOT NULL CHECK (groq_enabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE identity_pairs (
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  alias_key TEXT NOT NULL,
  phone_key TEXT NOT NULL,
  key_version TEXT NOT NULL,
  learned_at INTEGER NOT NULL,
  conflict_at INTEGER,
  PRIMARY KEY (connection_id, alias_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_of_phone ON identity_pairs (phone_key);

CREATE TABLE ai_credentials (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  user_id TEXT REFERENCES users (public_id) ON DELETE CASCADE,
  provider TEXT NOT NULL CHECK (provider IN ('groq', 'openai')),
  sealed_key TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  last_four TEXT NOT NULL,
  model TEXT,
  temperature REAL CHECK (temperature BETWEEN 0 AND 2),
  priority INTEGER NOT NULL,
  last_used_at INTEGER,
  rested_until INTEGER,
  rest_reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((rested_until IS NULL) = (rest_reason IS NULL))
) STRICT;
CREATE INDEX credentials_in_order ON ai_credentials (user_id, priority, last_used_at, id);

CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('admin', 'service', 'chat', 'user')),
  user_id TEXT REFERENCES users (public_id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  CHECK ((scope = 'user') = (user_id IS NOT NULL))
) STRICT;

CREATE TABLE ai_usage (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  user_id TEXT,
  credential_id TEXT,
  credential_source TEXT NOT NULL CHECK (credential_source IN ('user', 'owner', 'system')),
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  step TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  reserved_tokens INTEGER NOT NULL,
  reserved_micro_usd INTEGER,
  input_tokens INTEGER,
  output_tokens INTEGER,
  audio_seconds REAL,
  cost_micro_usd INTEGER,
  price_date TEXT NOT NULL,
  outcome TEXT,
  started_at INTEGER NOT NULL,
  settled_at INTEGER,
  CHECK ((outcome IS NULL) = (settled_at IS NULL))
) STRICT;
CREATE INDEX usage_of_user ON ai_usage (user_id, started_at);
CREATE INDEX usage_of_subject ON ai_usage (subject_id, user_id);
CREATE INDEX usage_by_time ON ai_usage (started_at);
CREATE INDEX usage_unsettled ON ai_usage (id) WHERE settled_at IS NULL;

CREATE TABLE limit_periods (
  user_id TEXT NOT NULL REFERENCES users (public_id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('requests_per_minute', 'tokens_per_day', 'spend_per_month')),
  starts_at INTEGER NOT NULL,
  used INTEGER NOT NULL,
  warned_at INTEGER,
  unpriced_at INTEGER,
  reached_at INTEGER,
  PRIMARY KEY (user_id, kind, starts_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_of_user ON conversations (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX buffers_of_user ON message_buffer (user_id) WHERE user_id IS NOT NULL;

ALTER TABLE buffered_messages ADD COLUMN phone_key TEXT;
ALTER TABLE buffered_messages ADD COLUMN key_version TEXT;
CREATE INDEX messages_of_phone ON buffered_messages (phone_key) WHERE phone_key IS NOT NULL;

ALTER TABLE customer_conversations RENAME TO history_before;
DROP INDEX history_of_conversation;
CREATE TABLE customer_conversations (
  id INTEGER PRIMARY KEY,
  public_id TEXT,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER,
  user_id TEXT,
  identified_by TEXT CHECK (identified_by IN ('whatsapp_user_mapping', 'user_whatsapp_config', 'profiles', 'meeting_notes', 'customer_conversations')),
  user_verified INTEGER NOT NULL DEFAULT 0 CHECK (user_verified IN (0, 1)),
  contact_id INTEGER,
  phone_number TEXT,
  phone_key TEXT,
  key_version TEXT,
  content TEXT NOT NULL,
  sender TEXT NOT NULL CHECK (sender IN ('user', 'bot', 'human')),
  source TEXT NOT NULL,
  chatwoot_message_id INTEGER,
  reply_id TEXT,
  created_at INTEGER NOT NULL,
  CHECK ((conversation_id IS NULL) = (chatwoot_message_id IS NULL)),
  CHECK ((conversation_id IS NULL) = (public_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX history_of_conversation
  ON customer_conversations (connection_id, conversation_id, chatwoot_message_id);
CREATE UNIQUE INDEX chat_messages ON customer_conversations (public_id) WHERE public_id IS NOT NULL;
CREATE INDEX history_of_phone ON customer_conversations (phone_key, connection_id, conversation_id, id)
  WHERE phone_key IS NOT NULL;
CREATE INDEX history_that_identifies ON customer_conversations (phone_key, connection_id, user_id, user_verified)
  WHERE identified_by IN ('whatsapp_user_mapping', 'user_whatsapp_config', 'profiles', 'meeting_notes');
CREATE INDEX history_of_user ON customer_conversations (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX history_by_time ON customer_conversations (created_at);
INSERT INTO customer_conversations (id, connection_id, conversation_id, contact_id, phone_number, content, sender, source,
  chatwoot_message_id, reply_id, created_at)
SELECT id, connection_id, conversation_id, contact_id, phone_number, content, sender, source, chatwoot_message_id, reply_id,
  created_at FROM history_before;
DROP TABLE history_before;
