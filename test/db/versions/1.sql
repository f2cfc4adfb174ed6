-- lull's database, version 1. The whole truth of the current version: a new database is made from this file.
-- Moments are integer milliseconds since 1970 (UTC). Integer keys stay inside; public_id (UUIDv7) is what the outside sees.
-- A conversation is named by Chatwoot's display id within its connection, everywhere: (connection_id, conversation_id).

-- One Chatwoot account that lull serves.
CREATE TABLE connections (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

-- What lull knows of a conversation: the latest news of Chatwoot and where its own work stands.
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
  UNIQUE (connection_id, chatwoot_conversation_id)
) STRICT;

-- The messages of one conversation that wait for silence. buffer_end_time is the deadline while it is active.
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
  FOREIGN KEY (connection_id, conversation_id)
    REFERENCES conversations (connection_id, chatwoot_conversation_id),
  CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
  CHECK (merged_into IS NULL OR status = 'cancelled')
) STRICT;
CREATE UNIQUE INDEX one_open_buffer ON message_buffer (connection_id, conversation_id) WHERE status = 'active';
CREATE INDEX buffers_due ON message_buffer (buffer_end_time) WHERE status = 'active';
CREATE INDEX buffers_merged ON message_buffer (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX buffers_of_conversation ON message_buffer (connection_id, conversation_id, id);

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

-- One turn each: the handling of one closed buffer. `attempts` is the fence: every settle names the attempt it belongs to.
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

-- Replies on their way. public_id is the marker that Chatwoot keeps in content_attributes.lull_reply_id.
-- `claims` is the fence of a settle, `sends` counts the POSTs, `looks` the look-ups since the last unknown one.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  job_id INTEGER NOT NULL REFERENCES buffer_processing_jobs (id),
  part INTEGER NOT NULL DEFAULT 0,
  text TEXT NOT NULL,
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
  FOREIGN KEY (connection_id, conversation_id)
    REFERENCES conversations (connection_id, chatwoot_conversation_id),
  CHECK ((state IN ('sent', 'failed', 'cancelled')) = (settled_at IS NOT NULL)),
  CHECK ((state = 'unknown') <= (unknown_since IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_delivery_per_part ON outbox (job_id, part) WHERE state <> 'cancelled';
CREATE INDEX deliveries_of_job ON outbox (job_id);
CREATE INDEX deliveries_due ON outbox (due_at) WHERE state IN ('intent', 'sending', 'unknown');
CREATE INDEX deliveries_unsettled ON outbox (connection_id, conversation_id, id)
  WHERE state IN ('intent', 'sending', 'unknown');

-- What was said, by whom: the prompt's history. It outlives its buffer.
CREATE TABLE customer_conversations (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  user_id TEXT,
  contact_id INTEGER,
  phone_number TEXT,
  content TEXT NOT NULL,
  sender TEXT NOT NULL CHECK (sender IN ('user', 'bot', 'human')),
  source TEXT NOT NULL,
  chatwoot_message_id INTEGER NOT NULL,
  reply_id TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX history_of_conversation
  ON customer_conversations (connection_id, conversation_id, chatwoot_message_id);

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

CREATE TABLE feature_flags (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  flag_name TEXT NOT NULL UNIQUE,
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The playground's own Chatwoot: kept here so that it, too, survives a restart.
CREATE TABLE playground_messages (
  id INTEGER PRIMARY KEY,
  writer TEXT NOT NULL CHECK (writer IN ('customer', 'human', 'phone', 'bot')),
  content TEXT NOT NULL,
  is_private INTEGER NOT NULL DEFAULT 0 CHECK (is_private IN (0, 1)),
  content_attributes TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL
) STRICT;
