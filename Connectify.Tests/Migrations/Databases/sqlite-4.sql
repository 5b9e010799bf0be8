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
INSERT INTO __EFMigrationsHistory VALUES('20261123_04_message_tallies','10.0.14');
CREATE TABLE IF NOT EXISTS "organizations" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_organizations" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL
);
INSERT INTO organizations VALUES(1,'Default',1795919503996);
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
INSERT INTO users VALUES(1,'root','root','root@example.com','root@example.com','root root@example.com','AQAAAAIAAYagAAAAEHJzEhVm3RP+F4FOUPQzeKrHS7iOl+JDU778Qn3qVsvkh3smlJaSn7B8puVnOj0JPA==','','',NULL,NULL,NULL,'active',1,1795919504256,1795919504256);
INSERT INTO users VALUES(2,'ann','ann','ann@example.com','ann@example.com','ann ann tester ann@example.com','AQAAAAIAAYagAAAAEOvJPIh702em7aFVKV5UHTUYy/DNxJ++tRqosWLLpvuVlBp8b6a/mPQ4VkR4Tbp2xA==','ann','Tester',NULL,NULL,NULL,'active',0,1795919505375,1795919505375);
INSERT INTO users VALUES(3,'bo','bo','bo@example.com','bo@example.com','bo bo tester bo@example.com','AQAAAAIAAYagAAAAEJ4kbnEKFj/BhmDxf0Mo8RVjLuWbTodRQL77jSwo6pgZILfw5H4S5j+RCym9MJ47/g==','bo','Tester',NULL,NULL,NULL,'active',0,1795919505526,1795919505526);
INSERT INTO users VALUES(4,'cy','cy','cy@example.com','cy@example.com','cy cy tester cy@example.com','AQAAAAIAAYagAAAAEFJwTtfkSWDhozgxM+YT5Pt7lRlOvLqHjsCryPhNBq7A6uG1hiW6XWRJyiDOLjsgkw==','cy','Tester',NULL,NULL,NULL,'active',0,1795919505604,1795919505604);
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
INSERT INTO organization_members VALUES(1,1,'ADMIN',1795919504256);
INSERT INTO organization_members VALUES(1,2,'USER',1795919505375);
INSERT INTO organization_members VALUES(1,3,'USER',1795919505526);
INSERT INTO organization_members VALUES(1,4,'USER',1795919505604);
CREATE TABLE IF NOT EXISTS "sessions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sessions" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "revoked_at" INTEGER NULL,
    CONSTRAINT "fk_sessions_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id")
);
INSERT INTO sessions VALUES(1,2,1795919505375,1798511505375,NULL);
INSERT INTO sessions VALUES(2,3,1795919505526,1798511505526,NULL);
INSERT INTO sessions VALUES(3,4,1795919505604,1798511505604,NULL);
CREATE TABLE IF NOT EXISTS "refresh_tokens" (
    "token_hash" TEXT NOT NULL CONSTRAINT "pk_refresh_tokens" PRIMARY KEY,
    "session_id" INTEGER NOT NULL,
    "used_at" INTEGER NULL,
    CONSTRAINT "fk_refresh_tokens_session" FOREIGN KEY ("session_id") REFERENCES "sessions" ("id") ON DELETE CASCADE
);
INSERT INTO refresh_tokens VALUES('e6c6426e034f99673456650c52a208f9a808f152fa924a79420fbaf74e664fe2',1,NULL);
INSERT INTO refresh_tokens VALUES('a06052e0b2b11df116fdbccefc2c51761253e914f3538a0ec6c7960d6c5f9c57',2,NULL);
INSERT INTO refresh_tokens VALUES('3751209b1e5da4cd75af7737445f0cd2d176d396dce9c251958a9864106956bb',3,NULL);
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
    "access_version" INTEGER NOT NULL DEFAULT 0, "tallied_count" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "ck_chats_kind" CHECK ((kind = 'conversation' AND low_user_id < high_user_id AND name IS NULL) OR (kind = 'group' AND low_user_id IS NULL AND high_user_id IS NULL AND name IS NOT NULL)),
    CONSTRAINT "fk_chats_organization" FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id"),
    CONSTRAINT "fk_chats_creator" FOREIGN KEY ("created_by") REFERENCES "users" ("id")
);
INSERT INTO chats VALUES(1,'conversation',1,1,2,3,NULL,NULL,NULL,2,1795919505716,1795919505822,6,2,0,0);
INSERT INTO chats VALUES(2,'group',1,1,NULL,NULL,'Project Team',NULL,NULL,3,1795919505991,1795919506031,1,1,0,0);
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
INSERT INTO chat_members VALUES(1,2,'member',1795919505716,NULL,2);
INSERT INTO chat_members VALUES(1,3,'member',1795919505716,NULL,0);
INSERT INTO chat_members VALUES(2,3,'admin',1795919505991,NULL,0);
INSERT INTO chat_members VALUES(2,2,'member',1795919505991,NULL,0);
INSERT INTO chat_members VALUES(2,4,'member',1795919505991,NULL,0);
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
INSERT INTO blocks VALUES(1,1,2,4,1795919506048);
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
INSERT INTO messages VALUES(1,1,4,1,2,'é 🙂 "quotes" and it''s {0}!',NULL,'one',NULL,NULL,1795919505794,1795919505843,1,NULL);
INSERT INTO messages VALUES(2,1,5,2,3,'indeed',1,NULL,3013242067134653867,'rest',1795919505808,1795919505808,0,NULL);
INSERT INTO messages VALUES(3,1,6,3,3,'',NULL,NULL,7439301625538965781,'rest',1795919505822,1795919505822,0,1795919505898);
INSERT INTO messages VALUES(4,2,1,1,4,'all here?',NULL,NULL,8685249207505294368,'rest',1795919506031,1795919506031,0,NULL);
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
INSERT INTO reactions VALUES(1,2,2,'👍',1795919505878);
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
CREATE TABLE IF NOT EXISTS "message_tallies" (
    "chat_id" INTEGER NOT NULL,
    "sender_id" INTEGER NOT NULL,
    "first_id" INTEGER NOT NULL,
    "last_id" INTEGER NOT NULL,
    "live" INTEGER NOT NULL,
    CONSTRAINT "pk_message_tallies" PRIMARY KEY ("chat_id", "sender_id", "first_id"),
    CONSTRAINT "ck_message_tallies" CHECK (first_id <= last_id AND live >= 0),
    CONSTRAINT "fk_message_tallies_chat" FOREIGN KEY ("chat_id") REFERENCES "chats" ("id")
);
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
