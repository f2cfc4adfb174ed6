-- lull's database, version 5. The whole truth of the current version: a new database is made from this file.
-- Moments are integer milliseconds since 1970 (UTC). Integer keys stay inside; public_id (UUIDv7) is what the outside sees.
-- A conversation is named by Chatwoot's display id within its connection, everywhere: (connection_id, conversation_id).

-- One Chatwoot account that lull serves. What stands in the environment is kept there alone; an address of its own shows one
-- that an operator added, whose tokens and secrets are sealed. Rows of a removed one keep naming it.
CREATE TABLE connections (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  base_url TEXT,
  account_id INTEGER,
  sealed_api_token TEXT,
  sealed_user_token TEXT,
  sealed_webhook_secret TEXT,
  sealed_path_secret TEXT,
  key_version INTEGER,
  updated_at INTEGER,
  removed_at INTEGER
) STRICT;

-- A person known to the platform. user_id in other tables is its public_id. With a connection it exists there alone.
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
  updated_at INTEGER NOT NULL,
  retention_days INTEGER CHECK (retention_days > 0)
) STRICT;
CREATE INDEX users_with_retention ON users (retention_days) WHERE retention_days IS NOT NULL;

-- Users who went while a turn of theirs was under way: it is emptied once it is over.
CREATE TABLE deleted_users (
  user_id TEXT PRIMARY KEY,
  deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which number is whose. A user's own claim names nobody until a one-time code sent from that number has proven it.
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

-- The lines of a user: an inbox, Meta's id of a number, the number itself. What a user wrote alone counts once an admin confirmed it.
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

-- What a user keeps of a meeting, and whom it was with.
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

-- Addresses for reference: lull logs that they are there and calls none of them.
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

-- Which number stands behind a LID or BSUID, learned from a signed event that carried both. In conflict it says nothing.
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

-- Sealed AI keys; without a user it is the system's. A resting one is passed over until rested_until.
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

-- Who may call the API. The token itself is kept nowhere.
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

-- Every call of a model: reserved before it is made, settled with what it took. An unknown price is NULL, never 0.
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

-- How much of a user's limit a span of time has used up, reservations included.
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

-- What lull knows of a conversation: the latest news of Chatwoot, where its own work stands, where it was archived last,
-- who keeps lull quiet there, and how the customer writes (the logarithm of the gaps between messages, in ms). Messages up to
-- forgotten_message_id were taken once, though their rows are gone. status_before is what the last news found there: where it
-- differs from status, the news was that.
CREATE TABLE conversations (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  chatwoot_conversation_id INTEGER NOT NULL,
  user_id TEXT,
  inbox_id INTEGER,
  channel TEXT,
  contact_id INTEGER,
  status TEXT,
  assignee TEXT CHECK (assignee IN ('none', 'human', 'bot')),
  can_reply INTEGER CHECK (can_reply IN (0, 1)),
  state_at INTEGER,
  paused_at INTEGER,
  paused_until INTEGER,
  active_buffer_id INTEGER REFERENCES message_buffer (id),
  conversation_state TEXT NOT NULL DEFAULT 'idle' CHECK (conversation_state IN ('idle', 'buffering', 'processing')),
  last_message_at INTEGER,
  message_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  bucket_name TEXT REFERENCES buckets (name) ON UPDATE CASCADE,
  paused_by TEXT CHECK (paused_by IN ('human', 'handoff', 'operator', 'command', 'loop')),
  paused_by_name TEXT,
  away_told_at INTEGER,
  gap_count INTEGER NOT NULL DEFAULT 0,
  gap_log_mean REAL NOT NULL DEFAULT 0,
  gap_log_variance REAL NOT NULL DEFAULT 0,
  forgotten_message_id INTEGER,
  status_before TEXT,
  UNIQUE (connection_id, chatwoot_conversation_id)
) STRICT;
CREATE INDEX conversations_of_buffer ON conversations (active_buffer_id) WHERE active_buffer_id IS NOT NULL;
CREATE INDEX conversations_of_user ON conversations (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX conversations_of_contact ON conversations (connection_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX conversations_in_bucket ON conversations (bucket_name) WHERE bucket_name IS NOT NULL;

-- The messages of one conversation that wait for silence. buffer_end_time is the deadline while it is active; window_ms is
-- the silence that it waits for and window_reason why it is that one; urgency (1-10) is that of its most urgent message.
-- held_until is somebody's typing, extended_until an operator's word.
CREATE TABLE message_buffer (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  user_id TEXT,
  buffer_start_time INTEGER NOT NULL,
  buffer_end_time INTEGER NOT NULL,
  last_message_time INTEGER NOT NULL,
  held_until INTEGER,
  status TEXT NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'processing', 'completed', 'cancelled', 'failed')),
  cancel_reason TEXT,
  message_count INTEGER NOT NULL DEFAULT 0 CHECK (message_count >= 0),
  discard_count INTEGER NOT NULL DEFAULT 0,
  merged_into INTEGER REFERENCES message_buffer (id),
  processed_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  window_ms INTEGER,
  window_reason TEXT,
  urgency INTEGER,
  extended_until INTEGER,
  FOREIGN KEY (connection_id, conversation_id)
    REFERENCES conversations (connection_id, chatwoot_conversation_id),
  CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
  CHECK (merged_into IS NULL OR status = 'cancelled')
) STRICT;
CREATE UNIQUE INDEX one_open_buffer ON message_buffer (connection_id, conversation_id) WHERE status = 'active';
CREATE INDEX buffers_due ON message_buffer (buffer_end_time) WHERE status = 'active';
CREATE INDEX buffers_merged ON message_buffer (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX buffers_of_conversation ON message_buffer (connection_id, conversation_id, id);
CREATE INDEX buffers_of_user ON message_buffer (user_id) WHERE user_id IS NOT NULL;

-- Every customer message once. A row without a buffer is the grave of a message that was deleted before it came.
CREATE TABLE buffered_messages (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  buffer_id INTEGER REFERENCES message_buffer (id),
  chatwoot_message_id INTEGER NOT NULL,
  content TEXT,
  message_type TEXT NOT NULL,
  content_type TEXT,
  attachments TEXT NOT NULL DEFAULT '[]',
  extra TEXT,
  sender_info TEXT NOT NULL,
  phone_key TEXT,
  key_version TEXT,
  conversation_info TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  edited_at INTEGER,
  deleted_at INTEGER,
  processed INTEGER NOT NULL DEFAULT 0 CHECK (processed IN (0, 1)),
  outcome TEXT CHECK (outcome IN ('answered', 'silenced', 'cancelled', 'failed')),
  reason TEXT,
  reply_id TEXT,
  created_at INTEGER NOT NULL,
  CHECK (buffer_id IS NOT NULL OR deleted_at IS NOT NULL),
  CHECK ((processed = 1) = (outcome IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_row_per_message ON buffered_messages (connection_id, chatwoot_message_id);
CREATE INDEX messages_of_buffer ON buffered_messages (buffer_id);
CREATE INDEX messages_of_phone ON buffered_messages (phone_key) WHERE phone_key IS NOT NULL;

-- One turn each: the handling of one closed buffer. `attempts` is the fence: every settle names the attempt it belongs to.
-- `quality` is what a second look at the answer found, as JSON. `failure_count` is how often it came to failed: too often, and
-- it is quarantined. A discarded one stays failed and is tried no more.
CREATE TABLE buffer_processing_jobs (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  buffer_id INTEGER NOT NULL UNIQUE REFERENCES message_buffer (id),
  scheduled_for INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'scheduled' CHECK (status IN ('scheduled', 'running', 'completed', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  error_attempts INTEGER NOT NULL DEFAULT 0,
  crash_attempts INTEGER NOT NULL DEFAULT 0,
  claimed_by TEXT,
  lease_until INTEGER,
  answer_key TEXT,
  answer TEXT,
  outcome TEXT CHECK (outcome IN ('answered', 'silenced', 'superseded', 'failed')),
  reason TEXT,
  error_code TEXT,
  error_message TEXT,
  quarantined_at INTEGER,
  created_at INTEGER NOT NULL,
  processed_at INTEGER,
  prompt_version INTEGER,
  urgency INTEGER,
  confidence REAL,
  intent TEXT,
  quality TEXT,
  handoff_reason TEXT CHECK (handoff_reason IN ('words', 'model', 'low_confidence', 'failure')),
  failure_count INTEGER NOT NULL DEFAULT 0,
  discarded_at INTEGER,
  CHECK ((status = 'running') = (claimed_by IS NOT NULL)),
  CHECK ((status IN ('completed', 'failed')) = (outcome IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_running_turn ON buffer_processing_jobs (connection_id, conversation_id) WHERE status = 'running';
CREATE UNIQUE INDEX one_waiting_turn ON buffer_processing_jobs (connection_id, conversation_id) WHERE status = 'scheduled';
CREATE INDEX jobs_due ON buffer_processing_jobs (scheduled_for) WHERE status = 'scheduled';
CREATE INDEX jobs_by_status ON buffer_processing_jobs (status, id);

-- What each attempt of a turn did, for the one who asks why.
CREATE TABLE turn_steps (
  id INTEGER PRIMARY KEY,
  job_id INTEGER NOT NULL REFERENCES buffer_processing_jobs (id),
  attempt INTEGER NOT NULL,
  name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX steps_of_job ON turn_steps (job_id, id);

-- Messages to customers on their way. public_id is the marker that Chatwoot keeps in content_attributes.lull_reply_id.
-- `claims` is the fence of a settle, `sends` counts the POSTs, `looks` the look-ups since the last unknown one. A part with
-- a pause waits so long after the one before it, and stays behind when the customer writes meanwhile. `handoff` is what
-- becomes of the conversation once this part is sent. A notification has no turn; idempotency_key is its caller's name for
-- the request, request_hash the digest of what was asked, so that asking again changes nothing. One that is an answer all
-- the same (a turn asked about anew) keeps silent where a reply would.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  kind TEXT NOT NULL DEFAULT 'reply' CHECK (kind IN ('reply', 'notification')),
  job_id INTEGER REFERENCES buffer_processing_jobs (id),
  part INTEGER NOT NULL DEFAULT 0,
  text TEXT NOT NULL,
  template TEXT,
  pause_ms INTEGER NOT NULL DEFAULT 0,
  handoff TEXT,
  anchor_message_id INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'intent'
    CHECK (state IN ('intent', 'sending', 'unknown', 'sent', 'failed', 'cancelled')),
  reason TEXT,
  due_at INTEGER NOT NULL,
  claims INTEGER NOT NULL DEFAULT 0,
  claimed_by TEXT,
  lease_until INTEGER,
  sends INTEGER NOT NULL DEFAULT 0,
  looks INTEGER NOT NULL DEFAULT 0,
  unknown_since INTEGER,
  chatwoot_message_id INTEGER,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  idempotency_key TEXT,
  request_hash TEXT,
  is_answer INTEGER NOT NULL DEFAULT 0 CHECK (is_answer IN (0, 1)),
  FOREIGN KEY (connection_id, conversation_id)
    REFERENCES conversations (connection_id, chatwoot_conversation_id),
  CHECK ((kind = 'reply') = (job_id IS NOT NULL)),
  CHECK ((idempotency_key IS NULL) = (request_hash IS NULL)),
  CHECK ((state IN ('sent', 'failed', 'cancelled')) = (settled_at IS NOT NULL)),
  CHECK ((state = 'unknown') <= (unknown_since IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_delivery_per_part ON outbox (job_id, part) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX one_delivery_per_request ON outbox (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX deliveries_of_job ON outbox (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX deliveries_due ON outbox (due_at) WHERE state IN ('intent', 'sending', 'unknown');
CREATE INDEX deliveries_unsettled ON outbox (connection_id, conversation_id, id)
  WHERE state IN ('intent', 'sending', 'unknown');

-- What was said, by whom: the prompt's history. It outlives its buffer. Without a conversation it came by the chat API,
-- which knows the row by its public_id. identified_by is the layer that named the user. An id is never used twice: how far
-- the archive has come is kept as one.
CREATE TABLE customer_conversations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
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

-- Every bucket that lull has had to do with. Its name stands here before the store has it, and after its owner is gone.
CREATE TABLE buckets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'contact')),
  source TEXT NOT NULL CHECK (source IN ('made', 'imported')),
  state TEXT NOT NULL CHECK (state IN ('creating', 'ready', 'retired')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  reason TEXT,
  former_owner TEXT,
  former_connection_id INTEGER,
  created_at INTEGER NOT NULL,
  ready_at INTEGER,
  retired_at INTEGER,
  CHECK ((state = 'retired') = (retired_at IS NOT NULL)),
  CHECK ((state = 'ready') <= (ready_at IS NOT NULL))
) STRICT;
CREATE INDEX buckets_to_make ON buckets (due_at) WHERE state = 'creating';
CREATE INDEX buckets_that_moved ON buckets (former_owner, former_connection_id) WHERE state = 'retired' AND reason = 'moved';

-- Exactly one bucket of a user, and one user of a bucket.
CREATE TABLE user_bucket_mapping (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (public_id) ON DELETE CASCADE,
  bucket_name TEXT NOT NULL UNIQUE REFERENCES buckets (name) ON UPDATE CASCADE,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- The bucket of somebody whom lull does not know: a contact of a connection, or the number alone where no contact is told.
CREATE TABLE contact_bucket_mapping (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  contact_ref TEXT,
  phone_key TEXT,
  key_version TEXT,
  bucket_name TEXT NOT NULL UNIQUE REFERENCES buckets (name) ON UPDATE CASCADE,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((contact_ref IS NULL) <> (phone_key IS NULL)),
  CHECK ((phone_key IS NULL) = (key_version IS NULL))
) STRICT;
CREATE UNIQUE INDEX one_bucket_of_contact ON contact_bucket_mapping (connection_id, contact_ref) WHERE contact_ref IS NOT NULL;
CREATE UNIQUE INDEX one_bucket_of_phone ON contact_bucket_mapping (connection_id, phone_key) WHERE phone_key IS NOT NULL;

-- What happens to a bucket's objects: all follow their owner into another one, all are erased, or those of one message are removed.
CREATE TABLE bucket_tasks (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('move', 'erase', 'remove')),
  bucket_name TEXT NOT NULL REFERENCES buckets (name) ON UPDATE CASCADE,
  into_bucket TEXT REFERENCES buckets (name) ON UPDATE CASCADE,
  prefix TEXT,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done')),
  object_count INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  reason TEXT,
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  CHECK ((kind = 'move') = (into_bucket IS NOT NULL)),
  CHECK ((kind = 'remove') = (prefix IS NOT NULL)),
  CHECK ((state = 'done') = (done_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_task_of_bucket ON bucket_tasks (bucket_name) WHERE state = 'waiting' AND kind <> 'remove';
CREATE INDEX bucket_tasks_due ON bucket_tasks (due_at) WHERE state = 'waiting';
CREATE INDEX bucket_tasks_of_bucket ON bucket_tasks (bucket_name, kind) WHERE state = 'waiting';
CREATE INDEX bucket_tasks_into ON bucket_tasks (into_bucket) WHERE state = 'waiting' AND into_bucket IS NOT NULL;

-- A user's own files. Another version of a file is another row; what was deleted is swept in small steps. A key is never
-- used twice, here and in the spool: whoever works on a row that went meanwhile must not meet another one.
CREATE TABLE knowledge_files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('txt', 'md', 'csv', 'html', 'pdf', 'docx')),
  audience TEXT NOT NULL CHECK (audience IN ('owner', 'customers')),
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  checksum TEXT NOT NULL,
  bucket_name TEXT NOT NULL REFERENCES buckets (name) ON UPDATE CASCADE,
  object_name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'reading' CHECK (state IN ('reading', 'read', 'unreadable')),
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  page_count INTEGER,
  passage_count INTEGER NOT NULL DEFAULT 0,
  is_truncated INTEGER NOT NULL DEFAULT 0 CHECK (is_truncated IN (0, 1)),
  stored_at INTEGER,
  deleted_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((state = 'unreadable') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX files_of_user ON knowledge_files (user_id, id) WHERE deleted_at IS NULL;
CREATE INDEX files_to_read ON knowledge_files (id) WHERE state = 'reading' AND deleted_at IS NULL;
CREATE INDEX files_to_sweep ON knowledge_files (id) WHERE deleted_at IS NOT NULL;

CREATE TABLE knowledge_passages (
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL REFERENCES knowledge_files (id),
  position INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX passages_of_file ON knowledge_passages (file_id, position);

-- Finds passages by their words, under the same ids. `audience` holds one word for each circle that may be shown them.
CREATE VIRTUAL TABLE knowledge_index USING fts5 (
  audience, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

-- Objects on their way into a bucket. Small ones are in `body`, others in a file of the spool folder named by public_id;
-- what is wanted is still at its source.
CREATE TABLE storage_spool (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  bucket_name TEXT NOT NULL REFERENCES buckets (name) ON UPDATE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'attachment', 'transcript', 'file')),
  state TEXT NOT NULL CHECK (state IN ('wanted', 'spooled', 'failed')),
  object_name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  original_name TEXT,
  connection_id INTEGER,
  source_url TEXT,
  file_id INTEGER REFERENCES knowledge_files (id),
  body TEXT,
  size_bytes INTEGER NOT NULL,
  checksum TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  reason TEXT,
  created_at INTEGER NOT NULL,
  CHECK ((state = 'spooled') = (checksum IS NOT NULL)),
  CHECK ((state = 'wanted') <= (source_url IS NOT NULL))
) STRICT;
CREATE INDEX spool_to_upload ON storage_spool (due_at) WHERE state = 'spooled';
CREATE INDEX spool_to_fetch ON storage_spool (due_at) WHERE state = 'wanted';
CREATE INDEX spool_sizes ON storage_spool (state, size_bytes);
CREATE INDEX spool_of_bucket ON storage_spool (bucket_name);
CREATE INDEX spool_of_file ON storage_spool (file_id) WHERE file_id IS NOT NULL;

-- What happened, append-only: the timeline. Ids and figures, never a text or a number.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  name TEXT NOT NULL,
  connection_id INTEGER,
  conversation_id INTEGER,
  subject_id TEXT,
  detail TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_of_conversation ON events (connection_id, conversation_id, id);

-- A flag for all; rollout_percent is the share of conversations that it is on for, where it is enabled.
CREATE TABLE feature_flags (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  flag_name TEXT NOT NULL UNIQUE,
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  rollout_percent INTEGER NOT NULL DEFAULT 100 CHECK (rollout_percent BETWEEN 0 AND 100)
) STRICT;

-- A flag as it is for one connection or one user alone: the user's counts before the connection's, and that before all.
CREATE TABLE flag_overrides (
  id INTEGER PRIMARY KEY,
  flag_name TEXT NOT NULL REFERENCES feature_flags (flag_name),
  connection_id INTEGER REFERENCES connections (id),
  user_id TEXT REFERENCES users (public_id) ON DELETE CASCADE,
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
  rollout_percent INTEGER NOT NULL CHECK (rollout_percent BETWEEN 0 AND 100),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((connection_id IS NULL) <> (user_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX one_override_of_connection ON flag_overrides (flag_name, connection_id) WHERE connection_id IS NOT NULL;
CREATE UNIQUE INDEX one_override_of_user ON flag_overrides (flag_name, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX overrides_of_user ON flag_overrides (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How lull behaves in one inbox of a connection: what differs from the defaults, as JSON (src/inbox/settings.ts).
CREATE TABLE inboxes (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  inbox_id INTEGER NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (connection_id, inbox_id)
) STRICT;

-- What the model is told in an inbox beside lull's own rules. Every save is a version; none is ever changed.
CREATE TABLE prompt_versions (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL,
  inbox_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  note TEXT,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (connection_id, inbox_id) REFERENCES inboxes (connection_id, inbox_id),
  UNIQUE (connection_id, inbox_id, version)
) STRICT;

-- What was heard in a voice note, or why nothing was: each is paid for once. Nothing is kept of the sound itself.
CREATE TABLE audio_files (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  chatwoot_message_id INTEGER NOT NULL,
  attachment_key TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('heard', 'unreadable')),
  transcript TEXT,
  language TEXT,
  duration_seconds REAL,
  size_bytes INTEGER,
  content_type TEXT,
  sha256 TEXT,
  provider TEXT,
  model TEXT,
  reason TEXT,
  created_at INTEGER NOT NULL,
  CHECK ((status = 'heard') = (transcript IS NOT NULL)),
  CHECK ((status = 'unreadable') = (reason IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_row_per_audio ON audio_files (connection_id, chatwoot_message_id, attachment_key);

-- What was said in a conversation before the lines that a prompt holds, in a model's words, up to a message of Chatwoot's.
CREATE TABLE conversation_summaries (
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  user_id TEXT,
  text TEXT NOT NULL,
  last_message_id INTEGER NOT NULL,
  line_count INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX summaries_of_user ON conversation_summaries (user_id) WHERE user_id IS NOT NULL;

-- What lull has to do in Chatwoot beside messages to customers: a note for colleagues, a handoff, a label, a resolution.
-- public_id marks the note that comes of it, so that it is written once; steps_done are not taken again by a later try.
CREATE TABLE errands (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  job_id INTEGER REFERENCES buffer_processing_jobs (id),
  kind TEXT NOT NULL CHECK (kind IN ('note', 'handoff', 'label', 'resolve')),
  detail TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  steps_done INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  reason TEXT,
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  FOREIGN KEY (connection_id, conversation_id)
    REFERENCES conversations (connection_id, chatwoot_conversation_id),
  CHECK ((state = 'waiting') = (done_at IS NULL))
) STRICT;
CREATE INDEX errands_due ON errands (due_at) WHERE state = 'waiting';
CREATE INDEX errands_of_job ON errands (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX errands_of_conversation ON errands (connection_id, conversation_id, created_at);

-- The playground's own Chatwoot: kept here so that it, too, survives a restart.
CREATE TABLE playground_messages (
  id INTEGER PRIMARY KEY,
  writer TEXT NOT NULL CHECK (writer IN ('customer', 'human', 'phone', 'bot')),
  content TEXT NOT NULL,
  is_private INTEGER NOT NULL DEFAULT 0 CHECK (is_private IN (0, 1)),
  content_attributes TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  sample TEXT
) STRICT;

-- Which side answers a conversation while lull takes over from an older system: it changes only when the conversation is quiet.
CREATE TABLE conversation_sides (
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  conversation_id INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('lull', 'legacy')),
  last_message_at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, conversation_id)
) STRICT, WITHOUT ROWID;

-- Webhooks for the older system, byte for byte with their headers, in order within a conversation. Without a body: it is out.
CREATE TABLE legacy_forwards (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  conversation_id INTEGER,
  chatwoot_message_id INTEGER,
  event TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  status_code INTEGER,
  duration_ms INTEGER,
  reason TEXT,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  CHECK ((state = 'waiting') = (settled_at IS NULL)),
  CHECK ((state = 'waiting') <= (body IS NOT NULL))
) STRICT;
CREATE INDEX forwards_due ON legacy_forwards (due_at) WHERE state = 'waiting';
CREATE INDEX forwards_of_conversation ON legacy_forwards (connection_id, conversation_id, id) WHERE state = 'waiting';
CREATE INDEX forwards_of_message ON legacy_forwards (connection_id, chatwoot_message_id) WHERE chatwoot_message_id IS NOT NULL;
CREATE INDEX forwards_by_time ON legacy_forwards (created_at);

-- How far each connection was looked through for messages that no webhook brought: all up to message_id (null: not yet at
-- all). What was said before `since` is none of lull's. place names the Chatwoot; reason is why the last look broke off.
CREATE TABLE catch_up_looks (
  connection_id INTEGER PRIMARY KEY REFERENCES connections (id),
  place TEXT NOT NULL,
  since INTEGER NOT NULL,
  message_id INTEGER,
  looked_at INTEGER,
  reason TEXT
) STRICT;

-- Whether a scheduled task runs by itself, and the last due moment that was taken care of.
CREATE TABLE schedules (
  name TEXT PRIMARY KEY,
  is_enabled INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
  last_due_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every run of a scheduled task. due_at is the moment it was for; one run by hand has none.
CREATE TABLE cron_job_logs (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  job_name TEXT NOT NULL,
  trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'missed', 'hand')),
  due_at INTEGER,
  status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'succeeded', 'failed', 'interrupted')),
  claimed_by TEXT NOT NULL,
  executed_at INTEGER NOT NULL,
  finished_at INTEGER,
  processed_count INTEGER,
  detail TEXT NOT NULL DEFAULT '{}',
  error_code TEXT,
  error_message TEXT,
  CHECK ((trigger = 'hand') = (due_at IS NULL)),
  CHECK ((status = 'running') = (finished_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX one_run_per_due_moment ON cron_job_logs (job_name, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX runs_of_job ON cron_job_logs (job_name, id);
CREATE INDEX runs_by_time ON cron_job_logs (executed_at);

-- Every webhook that was taken or refused, by ids and figures. Written a moment after its answer: what is lost with the process
-- is this line, never a message.
CREATE TABLE webhook_logs (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER REFERENCES connections (id),
  event TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  conversation_id INTEGER,
  chatwoot_message_id INTEGER,
  delivery_id TEXT,
  body_bytes INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  processed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_time ON webhook_logs (processed_at);

-- Who changed what, when and why: append-only. `changes` is a list of {field, from, to}; a secret's value never stands there.
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_id TEXT,
  changes TEXT NOT NULL DEFAULT '[]',
  reason TEXT
) STRICT;
CREATE INDEX audit_of_subject ON audit_log (subject_id, id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_of_action ON audit_log (action, id);

-- Requests that named a key of their own, so that a repeated one is answered again and not done again. An answer may show a
-- secret once, so it is sealed.
CREATE TABLE idempotent_requests (
  public_id TEXT PRIMARY KEY,
  actor TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status_code INTEGER,
  sealed_answer TEXT,
  key_version INTEGER,
  claimed_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (actor, idempotency_key),
  CHECK ((status_code IS NULL) = (sealed_answer IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_by_time ON idempotent_requests (created_at);

-- How conversations ended: without a person, with one, handed over, opened again.
CREATE TABLE conversation_outcomes (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('resolved', 'handed_off', 'reopened')),
  had_human INTEGER NOT NULL CHECK (had_human IN (0, 1)),
  at INTEGER NOT NULL,
  FOREIGN KEY (connection_id, conversation_id)
    REFERENCES conversations (connection_id, chatwoot_conversation_id)
) STRICT;
CREATE INDEX outcomes_by_time ON conversation_outcomes (at);
CREATE INDEX outcomes_of_conversation ON conversation_outcomes (connection_id, conversation_id, id);

-- What customers thought of a conversation, where Chatwoot asks them (1-5). Their words stay in Chatwoot.
CREATE TABLE csat_ratings (
  connection_id INTEGER NOT NULL REFERENCES connections (id),
  conversation_id INTEGER NOT NULL,
  chatwoot_message_id INTEGER NOT NULL,
  rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
  at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, chatwoot_message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ratings_by_time ON csat_ratings (at);

-- What an operator has to be told: raised once, told until somebody took it, cleared when it is over.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  subject_id TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '{}',
  raised_at INTEGER NOT NULL,
  cleared_at INTEGER,
  told_at INTEGER,
  clear_told_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  reason TEXT
) STRICT;
CREATE UNIQUE INDEX one_open_alert ON alerts (name, subject_id) WHERE cleared_at IS NULL;
CREATE INDEX alerts_to_tell ON alerts (due_at) WHERE told_at IS NULL OR (cleared_at IS NOT NULL AND clear_told_at IS NULL);

-- Receipts of erased persons: how much of what went, and when. It says no more of them than Chatwoot's id or lull's. `plan`
-- is what is still to be done, as JSON.
CREATE TABLE erasures (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('contact', 'user')),
  connection_id INTEGER REFERENCES connections (id),
  subject_id TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
  counts TEXT NOT NULL DEFAULT '{}',
  plan TEXT,
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  CHECK ((state = 'done') = (done_at IS NOT NULL)),
  CHECK ((state = 'running') = (plan IS NOT NULL))
) STRICT;
CREATE INDEX erasures_running ON erasures (id) WHERE state = 'running';
