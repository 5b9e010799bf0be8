PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO __EFMigrationsHistory VALUES('20261121_01_accounts','10.0.14');
INSERT INTO __EFMigrationsHistory VALUES('20261121_02_chats','10.0.14');
INSERT INTO __EFMigrationsHistory VALUES('20261121_03_messages','10.0.14');
CREATE TABLE IF NOT EXISTS "organizations" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_organizations" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL
);
INSERT INTO organizations VALUES(1,'Default',1795919520720);
CREATE TABLE IF NOT EXISTS "users" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_users" PRIMARY KEY AUTOINCREMENT,
    "username" TEXT NOT NULL,
    "username_key" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_key" TEXT NOT NULL,
    "search_key" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "bio" TEXT NULL,
    "dob" TEXT NULL,
    "profile_image" TEXT NULL,
    "status" TEXT NOT NULL,
    "is_superuser" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    CONSTRAINT "uq_users_username" UNIQUE ("username_key"),
    CONSTRAINT "uq_users_email" UNIQUE ("email_key"),
    CONSTRAINT "ck_users_status" CHECK (status IN ('pending', 'active', 'deactivated'))
);
INSERT INTO users VALUES(1,'root','root','root@example.com','root@example.com','root root@example.com','AQAAAAIAAYagAAAAEFViZO8WpXDm2FlUuRQVbO8u6eJCdgXOecb6ir5H/OXhBWhcoTFEeezzbw3kDeYzPA==','','',NULL,NULL,NULL,'active',1,1795919520839,1795919520839);
INSERT INTO users VALUES(2,'ann','ann','ann@example.com','ann@example.com','ann ann tester ann@example.com','AQAAAAIAAYagAAAAELJGBFeM8idOHjn121il7HAGB7xqYJ+d8cBQaJnKyDnntUIYV9x4vCX/zTcKcGuIXw==','ann','Tester',NULL,NULL,NULL,'active',0,1795919521534,1795919521534);
INSERT INTO users VALUES(3,'bo','bo','bo@example.com','bo@example.com','bo bo tester bo@example.com','AQAAAAIAAYagAAAAEDV59JktvQZlBHblkG0TeQWoi2L6bwmzRpW+1Z4zUYyltShV+dCv9Bo5h2UYJoKWAw==','bo','Tester',NULL,NULL,NULL,'active',0,1795919521654,1795919521654);
INSERT INTO users VALUES(4,'cy','cy','cy@example.com','cy@example.com','cy cy tester cy@example.com','AQAAAAIAAYagAAAAECwRUnIqBr0h3r/VJFeQYrH9IhQ3yFZAz8qg9khqbDw4m3x/ktD4rk6tOZLmPnOHiA==','cy','Tester',NULL,NULL,NULL,'active',0,1795919521713,1795919521713);
CREATE TABLE IF NOT EXISTS "organization_members" (
    "organization_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "joined_at" INTEGER NOT NULL,
    CONSTRAINT "pk_organization_members" PRIMARY KEY ("organization_id", "user_id"),
    CONSTRAINT "ck_organization_members_role" CHECK (role IN ('USER', 'STAFF', 'ADMIN')),
    CONSTRAINT "fk_organization_members_organization" FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id"),
    CONSTRAINT "fk_organization_members_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id")
);
INSERT INTO organization_members VALUES(1,1,'ADMIN',1795919520839);
INSERT INTO organization_members VALUES(1,2,'USER',1795919521534);
INSERT INTO organization_members VALUES(1,3,'USER',1795919521654);
INSERT INTO organization_members VALUES(1,4,'USER',1795919521713);
CREATE TABLE IF NOT EXISTS "sessions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sessions" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "revoked_at" INTEGER NULL,
    CONSTRAINT "fk_sessions_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id")
);
INSERT INTO sessions VALUES(1,2,1795919521534,1798511521534,NULL);
INSERT INTO sessions VALUES(2,3,1795919521654,1798511521654,NULL);
INSERT INTO sessions VALUES(3,4,1795919521713,1798511521713,NULL);
CREATE TABLE IF NOT EXISTS "refresh_tokens" (
    "token_hash" TEXT NOT NULL CONSTRAINT "pk_refresh_tokens" PRIMARY KEY,
    "session_id" INTEGER NOT NULL,
    "used_at" INTEGER NULL,
    CONSTRAINT "fk_refresh_tokens_session" FOREIGN KEY ("session_id") REFERENCES "sessions" ("id") ON DELETE CASCADE
);
INSERT INTO refresh_tokens VALUES('944596e577806c58c00da8229317b562aba332868f586739a128066a3ca76f37',1,NULL);
INSERT INTO refresh_tokens VALUES('7903ad57e67b562105f4fdf63cf3c41d7f69c237fcd9db5e4540c2ae0d6963f9',2,NULL);
INSERT INTO refresh_tokens VALUES('999bf1ddf19f41cfd183c78dccda2506376405b3f2c92918baaab5f5f6848738',3,NULL);
CREATE TABLE IF NOT EXISTS "chats" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_chats" PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "organization_id" INTEGER NOT NULL,
    "is_active" INTEGER NOT NULL,
    "low_user_id" INTEGER NULL,
    "high_user_id" INTEGER NULL,
    "name" TEXT NULL,
    "description" TEXT NULL,
    "avatar_key" TEXT NULL,
    "created_by" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    "last_seq" INTEGER NOT NULL DEFAULT 0,
    "message_count" INTEGER NOT NULL DEFAULT 0,
    "access_version" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "ck_chats_kind" CHECK ((kind = 'conversation' AND low_user_id < high_user_id AND name IS NULL) OR (kind = 'group' AND low_user_id IS NULL AND high_user_id IS NULL AND name IS NOT NULL)),
    CONSTRAINT "fk_chats_organization" FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id"),
    CONSTRAINT "fk_chats_creator" FOREIGN KEY ("created_by") REFERENCES "users" ("id")
);
INSERT INTO chats VALUES(1,'conversation',1,1,2,3,NULL,NULL,NULL,2,1795919521792,1795919521967,6,2,0);
INSERT INTO chats VALUES(2,'group',1,1,NULL,NULL,'Project Team',NULL,NULL,3,1795919522139,1795919522158,1,1,0);
CREATE TABLE IF NOT EXISTS "chat_members" (
    "chat_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "joined_at" INTEGER NOT NULL,
    "left_at" INTEGER NULL,
    "unread_after" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "pk_chat_members" PRIMARY KEY ("chat_id", "user_id"),
    CONSTRAINT "ck_chat_members_role" CHECK (role IN ('admin', 'member')),
    CONSTRAINT "fk_chat_members_chat" FOREIGN KEY ("chat_id") REFERENCES "chats" ("id"),
    CONSTRAINT "fk_chat_members_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id")
);
INSERT INTO chat_members VALUES(1,2,'member',1795919521792,NULL,2);
INSERT INTO chat_members VALUES(1,3,'member',1795919521792,NULL,0);
INSERT INTO chat_members VALUES(2,3,'admin',1795919522139,NULL,0);
INSERT INTO chat_members VALUES(2,2,'member',1795919522139,NULL,0);
INSERT INTO chat_members VALUES(2,4,'member',1795919522139,NULL,0);
CREATE TABLE IF NOT EXISTS "blocks" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_blocks" PRIMARY KEY AUTOINCREMENT,
    "organization_id" INTEGER NOT NULL,
    "blocker_id" INTEGER NOT NULL,
    "blocked_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "uq_blocks" UNIQUE ("blocker_id", "organization_id", "blocked_id"),
    CONSTRAINT "ck_blocks_others" CHECK (blocker_id <> blocked_id),
    CONSTRAINT "fk_blocks_organization" FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id"),
    CONSTRAINT "fk_blocks_blocker" FOREIGN KEY ("blocker_id") REFERENCES "users" ("id"),
    CONSTRAINT "fk_blocks_blocked" FOREIGN KEY ("blocked_id") REFERENCES "users" ("id")
);
INSERT INTO blocks VALUES(1,1,2,4,1795919522169);
CREATE TABLE IF NOT EXISTS "messages" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_messages" PRIMARY KEY AUTOINCREMENT,
    "chat_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "created_seq" INTEGER NOT NULL,
    "sender_id" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "reply_to" INTEGER NULL,
    "client_message_id" TEXT NULL,
    "dual_key" INTEGER NULL,
    "dual_via" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    "is_edited" INTEGER NOT NULL DEFAULT 0,
    "deleted_at" INTEGER NULL,
    CONSTRAINT "ck_messages_seq" CHECK (seq >= created_seq AND created_seq > 0)
);
INSERT INTO messages VALUES(1,1,4,1,2,'é 🙂 "quotes" and it''s {0}!',NULL,'one',NULL,NULL,1795919521933,1795919521993,1,NULL);
INSERT INTO messages VALUES(2,1,5,2,3,'indeed',1,NULL,2829995454467674526,'rest',1795919521962,1795919521962,0,NULL);
INSERT INTO messages VALUES(3,1,6,3,3,'',NULL,NULL,-2601297541583104665,'rest',1795919521967,1795919521967,0,1795919522073);
INSERT INTO messages VALUES(4,2,1,1,4,'all here?',NULL,NULL,-8716205430535102417,'rest',1795919522158,1795919522158,0,NULL);
CREATE TABLE IF NOT EXISTS "attachments" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_attachments" PRIMARY KEY AUTOINCREMENT,
    "message_id" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "storage_key" TEXT NOT NULL,
    CONSTRAINT "ck_attachments_type" CHECK (type IN ('image', 'video', 'document', 'audio')),
    CONSTRAINT "fk_attachments_message" FOREIGN KEY ("message_id") REFERENCES "messages" ("id")
);
CREATE TABLE IF NOT EXISTS "reactions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_reactions" PRIMARY KEY AUTOINCREMENT,
    "message_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "emoji" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "uq_reactions" UNIQUE ("message_id", "user_id", "emoji"),
    CONSTRAINT "fk_reactions_message" FOREIGN KEY ("message_id") REFERENCES "messages" ("id"),
    CONSTRAINT "fk_reactions_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id")
);
INSERT INTO reactions VALUES(1,2,2,'👍',1795919522033);
CREATE TABLE IF NOT EXISTS "message_reads" (
    "chat_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "first_id" INTEGER NOT NULL,
    "last_id" INTEGER NOT NULL,
    CONSTRAINT "pk_message_reads" PRIMARY KEY ("chat_id", "user_id", "first_id"),
    CONSTRAINT "ck_message_reads_run" CHECK (first_id <= last_id),
    CONSTRAINT "fk_message_reads_member" FOREIGN KEY ("chat_id", "user_id") REFERENCES "chat_members" ("chat_id", "user_id")
);
INSERT INTO message_reads VALUES(1,2,2,2);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('organizations',1);
INSERT INTO sqlite_sequence VALUES('users',4);
INSERT INTO sqlite_sequence VALUES('sessions',3);
INSERT INTO sqlite_sequence VALUES('chats',2);
INSERT INTO sqlite_sequence VALUES('messages',4);
INSERT INTO sqlite_sequence VALUES('reactions',1);
INSERT INTO sqlite_sequence VALUES('blocks',1);
CREATE INDEX "ix_organization_members_user" ON "organization_members" ("user_id");
CREATE INDEX "ix_sessions_user" ON "sessions" ("user_id");
CREATE INDEX "ix_refresh_tokens_session" ON "refresh_tokens" ("session_id");
CREATE UNIQUE INDEX "uq_chats_pair" ON "chats" ("organization_id", "low_user_id", "high_user_id") WHERE is_active AND kind = 'conversation';
CREATE INDEX "ix_chat_members_user" ON "chat_members" ("user_id", "chat_id") WHERE left_at IS NULL;
CREATE UNIQUE INDEX "uq_messages_seq" ON "messages" ("chat_id", "seq");
CREATE INDEX "ix_messages_page" ON "messages" ("chat_id", "id", "sender_id") WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX "uq_messages_client_id" ON "messages" ("chat_id", "sender_id", "client_message_id") WHERE client_message_id IS NOT NULL;
CREATE INDEX "ix_messages_dual" ON "messages" ("chat_id", "dual_key") WHERE dual_key IS NOT NULL;
CREATE INDEX "ix_attachments_message" ON "attachments" ("message_id");
COMMIT;
