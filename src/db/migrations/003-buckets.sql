-- From version 2 to 3: buckets, objects on their way to them, users' files; and history whose ids are never used twice.
CREATE TABLE new_customer_conversations (
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
INSERT INTO new_customer_conversations (
  id, public_id, connection_id, conversation_id, user_id, identified_by, user_verified, contact_id,
  phone_number, phone_key, key_version, content, sender, source, chatwoot_message_id, reply_id, created_at
)
SELECT
  id, public_id, connection_id, conversation_id, user_id, identified_by, user_verified, contact_id,
  phone_number, phone_key, key_version, content, sender, source, chatwoot_message_id, reply_id, created_at
FROM customer_conversations;
DROP TABLE customer_conversations;
ALTER TABLE new_customer_conversations RENAME TO customer_conversations;
CREATE UNIQUE INDEX history_of_conversation
  ON customer_conversations (connection_id, conversation_id, chatwoot_message_id);
CREATE UNIQUE INDEX chat_messages ON customer_conversations (public_id) WHERE public_id IS NOT NULL;
CREATE INDEX history_of_phone ON customer_conversations (phone_key, connection_id, conversation_id, id)
  WHERE phone_key IS NOT NULL;
CREATE INDEX history_that_identifies ON customer_conversations (phone_key, connection_id, user_id, user_verified)
  WHERE identified_by IN ('whatsapp_user_mapping', 'user_whatsapp_config', 'profiles', 'meeting_notes');
CREATE INDEX history_of_user ON customer_conversations (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX history_by_time ON customer_conversations (created_at);

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

CREATE TABLE user_bucket_mapping (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (public_id) ON DELETE CASCADE,
  bucket_name TEXT NOT NULL UNIQUE REFERENCES buckets (name) ON UPDATE CASCADE,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

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

CREATE VIRTUAL TABLE knowledge_index USING fts5 (
  audience, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

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

ALTER TABLE conversations ADD COLUMN bucket_name TEXT REFERENCES buckets (name) ON UPDATE CASCADE;
CREATE INDEX conversations_in_bucket ON conversations (bucket_name) WHERE bucket_name IS NOT NULL;
