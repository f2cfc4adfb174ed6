-- From version 4 to 5: connections of an operator's, scopes of flags, the older system, schedules, the webhook and audit logs,
-- outcomes, alerts, receipts.
ALTER TABLE connections ADD COLUMN base_url TEXT;
ALTER TABLE connections ADD COLUMN account_id INTEGER;
ALTER TABLE connections ADD COLUMN sealed_api_token TEXT;
ALTER TABLE connections ADD COLUMN sealed_user_token TEXT;
ALTER TABLE connections ADD COLUMN sealed_webhook_secret TEXT;
ALTER TABLE connections ADD COLUMN sealed_path_secret TEXT;
ALTER TABLE connections ADD COLUMN key_version INTEGER;
ALTER TABLE connections ADD COLUMN updated_at INTEGER;
ALTER TABLE connections ADD COLUMN removed_at INTEGER;
ALTER TABLE conversations ADD COLUMN forgotten_message_id INTEGER;
ALTER TABLE conversations ADD COLUMN status_before TEXT;
CREATE INDEX conversations_of_buffer ON conversations (active_buffer_id) WHERE active_buffer_id IS NOT NULL;
ALTER TABLE users ADD COLUMN retention_days INTEGER CHECK (retention_days > 0);
ALTER TABLE message_buffer ADD COLUMN extended_until INTEGER;
ALTER TABLE outbox ADD COLUMN is_answer INTEGER NOT NULL DEFAULT 0 CHECK (is_answer IN (0, 1));
CREATE INDEX users_with_retention ON users (retention_days) WHERE retention_days IS NOT NULL;
ALTER TABLE buffer_processing_jobs ADD COLUMN failure_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE buffer_processing_jobs ADD COLUMN discarded_at INTEGER;
ALTER TABLE feature_flags ADD COLUMN rollout_percent INTEGER NOT NULL DEFAULT 100 CHECK (rollout_percent BETWEEN 0 AND 100);

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

-- Receipts of erased persons: how much of what went, and when. It says no more of them than Chatwoot's id or lull's.
CREATE INDEX conversations_of_contact ON conversations (connection_id, contact_id) WHERE contact_id IS NOT NULL;
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
