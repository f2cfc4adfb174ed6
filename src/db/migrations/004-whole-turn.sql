-- From version 3 to 4: behaviour of inboxes, versions of prompts, what was heard, summaries, errands; messages without a turn.
ALTER TABLE conversations ADD COLUMN paused_by TEXT CHECK (paused_by IN ('human', 'handoff', 'operator', 'command', 'loop'));
ALTER TABLE conversations ADD COLUMN paused_by_name TEXT;
ALTER TABLE conversations ADD COLUMN away_told_at INTEGER;
ALTER TABLE conversations ADD COLUMN gap_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN gap_log_mean REAL NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN gap_log_variance REAL NOT NULL DEFAULT 0;
ALTER TABLE playground_messages ADD COLUMN sample TEXT;
UPDATE conversations SET paused_by = 'human' WHERE paused_at IS NOT NULL;
ALTER TABLE message_buffer ADD COLUMN window_ms INTEGER;
ALTER TABLE message_buffer ADD COLUMN window_reason TEXT;
ALTER TABLE message_buffer ADD COLUMN urgency INTEGER;
ALTER TABLE buffer_processing_jobs ADD COLUMN prompt_version INTEGER;
ALTER TABLE buffer_processing_jobs ADD COLUMN urgency INTEGER;
ALTER TABLE buffer_processing_jobs ADD COLUMN confidence REAL;
ALTER TABLE buffer_processing_jobs ADD COLUMN intent TEXT;
ALTER TABLE buffer_processing_jobs ADD COLUMN quality TEXT;
ALTER TABLE buffer_processing_jobs ADD COLUMN handoff_reason TEXT CHECK (handoff_reason IN ('words', 'model', 'low_confidence', 'failure'));

CREATE TABLE new_outbox (
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
  FOREIGN KEY (connection_id, conversation_id)
    REFERENCES conversations (connection_id, chatwoot_conversation_id),
  CHECK ((kind = 'reply') = (job_id IS NOT NULL)),
  CHECK ((idempotency_key IS NULL) = (request_hash IS NULL)),
  CHECK ((state IN ('sent', 'failed', 'cancelled')) = (settled_at IS NOT NULL)),
  CHECK ((state = 'unknown') <= (unknown_since IS NOT NULL))
) STRICT;
INSERT INTO new_outbox (
  id, public_id, connection_id, conversation_id, job_id, part, text, anchor_message_id, state, reason, due_at, claims,
  claimed_by, lease_until, sends, looks, unknown_since, chatwoot_message_id, created_at, settled_at
)
SELECT
  id, public_id, connection_id, conversation_id, job_id, part, text, anchor_message_id, state, reason, due_at, claims,
  claimed_by, lease_until, sends, looks, unknown_since, chatwoot_message_id, created_at, settled_at
FROM outbox;
DROP TABLE outbox;
ALTER TABLE new_outbox RENAME TO outbox;
CREATE UNIQUE INDEX one_delivery_per_part ON outbox (job_id, part) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX one_delivery_per_request ON outbox (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX deliveries_of_job ON outbox (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX deliveries_due ON outbox (due_at) WHERE state IN ('intent', 'sending', 'unknown');
CREATE INDEX deliveries_unsettled ON outbox (connection_id, conversation_id, id)
  WHERE state IN ('intent', 'sending', 'unknown');

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
