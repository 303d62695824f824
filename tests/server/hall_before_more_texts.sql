-- A hall as the program kept it while a window's type and area, a spoken name and a clerk's title were one text each.
-- Its key, made for this test: 40b7d213b3aec369f17a9de28c43f6427dd9abc32ccb540cd6cc66b8d1077fee
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'hallfloor','m0001_the_hall','2026-11-28 01:55:15.912807+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'hallfloor','m0002_materials_in_english','2026-11-28 01:55:15.913455+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'hallfloor','m0002_telling_holders','2026-11-28 01:55:15.918291+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'hallfloor','m0003_the_journal_is_not_replaced','2026-11-28 01:55:15.918627+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'hallfloor','m0004_what_machines_shall_do','2026-11-28 01:55:15.918851+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'hallfloor','m0005_cases','2026-11-28 01:55:15.919472+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'hallfloor','m0006_what_the_hall_says_to_windows','2026-11-28 01:55:15.919960+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'hallfloor','m0007_a_text_is_one_value_for_all_languages','2026-11-28 01:55:15.945681+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'hallfloor','m0008_facts_of_a_device','2026-11-28 01:55:15.950508+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'hallfloor','m0009_what_a_leg_was','2026-11-28 01:55:15.951768+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'hallfloor','m0010_who_sits_at_a_window','2026-11-28 01:55:15.952235+00:00');
INSERT INTO "_sqlite_migrations" VALUES(12,'hallfloor','m0011_what_a_device_is_called_and_where_it_stands','2026-11-28 01:55:15.952969+00:00');
INSERT INTO "_sqlite_migrations" VALUES(13,'hallfloor','m0012_what_is_not_kept','2026-11-28 01:55:15.953449+00:00');
INSERT INTO "_sqlite_migrations" VALUES(14,'hallfloor','m0013_everyday_words_for_a_service','2026-11-28 01:55:15.958076+00:00');
INSERT INTO "_sqlite_migrations" VALUES(15,'hallfloor','m0014_when_machines_were_seen','2026-11-28 01:55:15.958395+00:00');
CREATE TABLE alerts (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, level TEXT NOT NULL, say TEXT NOT NULL,
    advice TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL, raised_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE answers (
    caller TEXT NOT NULL, "key" TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (caller, "key")
) STRICT;
CREATE TABLE cases (id TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL, owner TEXT NOT NULL, taken_at INTEGER, outcome TEXT NOT NULL, called_back INTEGER NOT NULL, closed_at INTEGER) STRICT;
CREATE TABLE commands (id TEXT PRIMARY KEY NOT NULL, machine TEXT NOT NULL, what TEXT NOT NULL, ticket TEXT, at INTEGER NOT NULL) STRICT;
CREATE TABLE comments (evaluation TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, contact TEXT NOT NULL, note TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE counters (id TEXT PRIMARY KEY NOT NULL, last INTEGER NOT NULL) STRICT;
INSERT INTO "counters" VALUES('2026-11-20/A',1);
INSERT INTO "counters" VALUES('2026-11-20/*',1);
CREATE TABLE devices (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL,
    at INTEGER NOT NULL
, facts TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE TABLE evaluations (
    id TEXT PRIMARY KEY NOT NULL, ticket TEXT NOT NULL, leg INTEGER NOT NULL, number TEXT NOT NULL, "window" TEXT NOT NULL, clerk TEXT,
    service TEXT NOT NULL, opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL, grade INTEGER,
    tags TEXT NOT NULL, anonymous INTEGER NOT NULL, commented TEXT NOT NULL, channel TEXT NOT NULL, given_at INTEGER
) STRICT;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, ticket TEXT, "window" TEXT,
    body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,'2026-11-20T10:00:00.000+08:00','hall.loaded','test',NULL,NULL,'{"code":"33100200000001","services":2,"set":{"hall":{"hall":{"code":"33100200000001","id":"hall","name":{"en":"Example Hall","zh":"示例县政务服务中心"},"timezone":"Asia/Shanghai"}},"services":{"social":{"aliases":[],"closed":false,"code":"social","kind":"ordinary","materials":{},"matters":[],"minutes":8.0,"name":{"zh":"社会保险登记"},"online":"","place":1,"prefix":"B","spoken":"","theme":{}},"tax":{"aliases":[],"closed":false,"code":"tax","kind":"ordinary","materials":{},"matters":[],"minutes":8.0,"name":{"en":"Tax","zh":"税务申报"},"online":"","place":0,"prefix":"A","spoken":"睡务","theme":{}}},"settings":{"plans":{"name":"plans","value":{"items":[{"id":"peak","lends":[{"note":"下午人少","services":["tax"],"window":"3"}],"name":"月末高峰"}]}}},"windows":{"1":{"clerk":null,"manned":true,"name":{},"no":"1","place":0,"reason":"","services":["tax"],"since":0,"state":"closed","type":"收件","zone":"A"},"2":{"clerk":null,"manned":true,"name":{},"no":"2","place":1,"reason":"","services":["tax","social"],"since":0,"state":"closed","type":"综合","zone":""},"3":{"clerk":null,"manned":true,"name":{},"no":"3","place":2,"reason":"","services":["social"],"since":0,"state":"closed","type":"","zone":""}}},"windows":3}','0000000000000000000000000000000000000000000000000000000000000000','6e40cd3df8967bde1ada01128906478c264453bf39127d9f06ade4f015d9f10c');
INSERT INTO "events" VALUES(2,'2026-11-20T10:00:00.000+08:00','window.changed','test',NULL,'2','{"set":{"windows":{"2":{"type":"出件","zone":"东区"}}}}','6e40cd3df8967bde1ada01128906478c264453bf39127d9f06ade4f015d9f10c','a0ab2b2537c7ce12703a7089c3bf7a53bcbdc79521c5740faf7e9e4173801c4a');
INSERT INTO "events" VALUES(3,'2026-11-20T10:00:00.000+08:00','window.changed','test',NULL,'1','{"set":{"windows":{"1":{"name":{"zh":"一号"},"zone":""}}}}','a0ab2b2537c7ce12703a7089c3bf7a53bcbdc79521c5740faf7e9e4173801c4a','5113f0a39daf28723777501592db1d05569fe586627486119ff4926a944f76b1');
INSERT INTO "events" VALUES(4,'2026-11-20T10:00:00.000+08:00','service.changed','test',NULL,NULL,'{"service":"tax","set":{"services":{"tax":{"spoken":"税悟"}}}}','5113f0a39daf28723777501592db1d05569fe586627486119ff4926a944f76b1','7de3d73059aada558873d969b72366df12e702a541c582aad5b145af840984ef');
INSERT INTO "events" VALUES(5,'2026-11-20T10:00:00.000+08:00','service.changed','test',NULL,NULL,'{"service":"social","set":{"services":{"social":{"spoken":"社保"}}}}','7de3d73059aada558873d969b72366df12e702a541c582aad5b145af840984ef','046b0fce62a9012e97bc5f3d6eb990735f6ed0e5c944547cf016a5be79837c18');
INSERT INTO "events" VALUES(6,'2026-11-20T10:00:00.000+08:00','service.changed','test',NULL,NULL,'{"service":"social","set":{"services":{"social":{"spoken":""}}}}','046b0fce62a9012e97bc5f3d6eb990735f6ed0e5c944547cf016a5be79837c18','77eefc03e718414e071625985a0a79a59fccc6ad5bc8c399cb9eb02ff0f5f63a');
INSERT INTO "events" VALUES(7,'2026-11-20T10:00:00.000+08:00','staff.changed','test',NULL,NULL,'{"change":"added","set":{"staff":{"li":{"disabled":false,"keys":"","must_change":true,"name":"li","photo":"","role":"clerk","shown":"李老师","stars":0,"title":"党员先锋岗"}}},"staff":"li"}','77eefc03e718414e071625985a0a79a59fccc6ad5bc8c399cb9eb02ff0f5f63a','9516108d4e48bb5c0b3979f3ed69a6225182a48fb5fc0e60a1bd85f57131dc35');
INSERT INTO "events" VALUES(8,'2026-11-20T10:00:00.000+08:00','staff.changed','test',NULL,NULL,'{"change":"added","set":{"staff":{"wang":{"disabled":false,"keys":"","must_change":true,"name":"wang","photo":"","role":"clerk","shown":"王老师","stars":0,"title":""}}},"staff":"wang"}','9516108d4e48bb5c0b3979f3ed69a6225182a48fb5fc0e60a1bd85f57131dc35','71639dcad5c2b4ec5812158de1a141a8e0a9c44aa824cd4826108055979b9b64');
INSERT INTO "events" VALUES(9,'2026-11-20T10:00:00.000+08:00','staff.changed','test',NULL,NULL,'{"change":"changed","set":{"staff":{"wang":{"title":"首席受理员"}}},"staff":"wang"}','71639dcad5c2b4ec5812158de1a141a8e0a9c44aa824cd4826108055979b9b64','52cb8d56ec3259871e7052f59e643a6b494c47c2949cd86e25ca7f56605c084c');
INSERT INTO "events" VALUES(10,'2026-11-20T10:00:00.000+08:00','staff.changed','test',NULL,NULL,'{"change":"changed","set":{"staff":{"li":{"stars":4}}},"staff":"li"}','52cb8d56ec3259871e7052f59e643a6b494c47c2949cd86e25ca7f56605c084c','702fd08a51086f7cd7372e3ea6781e0c378b2cb1dbcf4755ddd999ede82f46ea');
INSERT INTO "events" VALUES(11,'2026-11-20T10:00:00.000+08:00','plan.activated','test',NULL,NULL,'{"name":"月末高峰","plan":"peak","set":{"settings":{"plans_active":{"name":"plans_active","value":{"peak":{"by":"test","since":1795140000000}}}}}}','702fd08a51086f7cd7372e3ea6781e0c378b2cb1dbcf4755ddd999ede82f46ea','a085b17a0d1a3abcdb80bc3e72f0d3123f165381eaf9d2e54efb50da6ae9d782');
INSERT INTO "events" VALUES(12,'2026-11-20T10:00:00.000+08:00','ticket.issued','k1','g66gb7qojv5jhock',NULL,'{"ahead":null,"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"A001","offline":false,"reason":null,"service":"tax","set":{"counters":{"2026-11-20/*":{"id":"2026-11-20/*","last":1},"2026-11-20/A":{"id":"2026-11-20/A","last":1}},"tickets":{"g66gb7qojv5jhock":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795140000000,"day":"2026-11-20","finished_at":null,"first_called_at":null,"held":0,"held_at":null,"id":"g66gb7qojv5jhock","issued_at":1795140000000,"key":"33100200000001-20261120-0001","kiosk":null,"language":"zh","legs":[],"line_at":1795140000000,"misses":0,"number":"A001","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":1,"series":"A","service":"tax","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"unkept":{},"wait_p50":null,"wait_p90":null,"window":null}}}}','a085b17a0d1a3abcdb80bc3e72f0d3123f165381eaf9d2e54efb50da6ae9d782','cd4930cc744f0d624b762ef1a83c2dd914472c2d773378378238682380b5d6c3');
CREATE TABLE hall (
    id TEXT PRIMARY KEY NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, timezone TEXT NOT NULL
) STRICT;
INSERT INTO "hall" VALUES('hall','33100200000001','{"en":"Example Hall","zh":"示例县政务服务中心"}','Asia/Shanghai');
CREATE TABLE head (id TEXT PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, seal TEXT NOT NULL) STRICT
;
INSERT INTO "head" VALUES('head',12,'tuvszozbapgrjhk6xasxcs67g2pegxxl');
CREATE TABLE helps (
    id TEXT PRIMARY KEY NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, answered_by TEXT NOT NULL, answered_at INTEGER
) STRICT;
CREATE TABLE loans (
    id TEXT PRIMARY KEY NOT NULL, kiosk TEXT NOT NULL, day TEXT NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
CREATE TABLE machines_seen (machine TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE messages (id TEXT PRIMARY KEY NOT NULL, "window" TEXT, text TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, say TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER,
    removed INTEGER NOT NULL
) STRICT;
CREATE TABLE pushes (ticket TEXT NOT NULL, endpoint TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL, PRIMARY KEY (ticket, endpoint)) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;
INSERT INTO "secrets" VALUES('staff:li','x');
INSERT INTO "secrets" VALUES('staff:wang','x');
CREATE TABLE sent (ticket TEXT NOT NULL, what TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (ticket, what)) STRICT;
CREATE TABLE services (
    code TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, prefix TEXT NOT NULL, kind TEXT NOT NULL,
    theme TEXT NOT NULL, matters TEXT NOT NULL, materials TEXT NOT NULL, online TEXT NOT NULL,
    minutes REAL NOT NULL, place INTEGER NOT NULL, closed INTEGER NOT NULL, spoken TEXT NOT NULL
, aliases TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO "services" VALUES('tax','{"en":"Tax","zh":"税务申报"}','A','ordinary','{}','[]','{}','',8.0,0,0,'税悟','[]');
INSERT INTO "services" VALUES('social','{"zh":"社会保险登记"}','B','ordinary','{}','[]','{}','',8.0,1,0,'','[]');
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL, staff TEXT NOT NULL, csrf TEXT NOT NULL, "window" TEXT, made_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;
INSERT INTO "settings" VALUES('plans','{"items":[{"id":"peak","lends":[{"note":"下午人少","services":["tax"],"window":"3"}],"name":"月末高峰"}]}');
INSERT INTO "settings" VALUES('plans_active','{"peak":{"by":"test","since":1795140000000}}');
CREATE TABLE staff (
    name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, shown TEXT NOT NULL, photo TEXT NOT NULL, stars INTEGER NOT NULL,
    title TEXT NOT NULL, must_change INTEGER NOT NULL, disabled INTEGER NOT NULL, keys TEXT NOT NULL
) STRICT;
INSERT INTO "staff" VALUES('li','clerk','李老师','',4,'党员先锋岗',1,0,'');
INSERT INTO "staff" VALUES('wang','clerk','王老师','',0,'首席受理员',1,0,'');
CREATE TABLE tickets (
    id TEXT PRIMARY KEY NOT NULL, "key" TEXT, day TEXT NOT NULL, number TEXT, seq INTEGER, series TEXT NOT NULL,
    service TEXT NOT NULL, "class" TEXT NOT NULL, reason TEXT, channel TEXT NOT NULL, state TEXT NOT NULL,
    issued_at INTEGER, line_at INTEGER NOT NULL, clock_at INTEGER NOT NULL, target INTEGER, "window" TEXT,
    only_window TEXT, clerk TEXT, times_called INTEGER NOT NULL, misses INTEGER NOT NULL, called_at INTEGER,
    started_at INTEGER, finished_at INTEGER, outcome TEXT, language TEXT NOT NULL, offline INTEGER NOT NULL,
    slot_at INTEGER, slot_end INTEGER, wait_p50 INTEGER, wait_p90 INTEGER, kiosk TEXT, onward TEXT NOT NULL, legs TEXT NOT NULL
, first_called_at INTEGER, held INTEGER NOT NULL DEFAULT 0, held_at INTEGER, unkept TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "tickets" VALUES('g66gb7qojv5jhock','33100200000001-20261120-0001','2026-11-20','A001',1,'A','tax','ordinary',NULL,'kiosk','waiting',1795140000000,1795140000000,1795140000000,1800,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,'zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[]',NULL,0,NULL,'{}');
CREATE TABLE tokens (
    id TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, "window" TEXT, name TEXT NOT NULL, made_at INTEGER NOT NULL, revoked_at INTEGER
, shown TEXT NOT NULL DEFAULT '', place TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE visitors (
    ticket TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, id_hash TEXT NOT NULL, id_last4 TEXT NOT NULL, card TEXT NOT NULL,
    phone_hash TEXT NOT NULL, phone TEXT NOT NULL, at INTEGER NOT NULL
, reach TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE windows (
    no TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, services TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, clerk TEXT, since INTEGER NOT NULL, place INTEGER NOT NULL, zone TEXT NOT NULL
, manned INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "windows" VALUES('1','{"zh":"一号"}','收件','["tax"]','closed','',NULL,0,0,'',1);
INSERT INTO "windows" VALUES('2','{}','出件','["tax","social"]','closed','',NULL,0,1,'东区',1);
INSERT INTO "windows" VALUES('3','{}','','["social"]','closed','',NULL,0,2,'',1);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX events_by_ticket ON events(ticket) WHERE ticket IS NOT NULL;
CREATE INDEX calls_in_order ON events(seq) WHERE kind IN ('ticket.called', 'ticket.recalled');
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE UNIQUE INDEX one_live_ticket_per_window ON tickets("window") WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX no_number_twice_a_day ON tickets(day, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX no_key_twice ON tickets("key") WHERE "key" IS NOT NULL;
CREATE INDEX tickets_of_a_day ON tickets(day);
CREATE INDEX unfinished_tickets ON tickets(state) WHERE state IN ('booked', 'waiting', 'called', 'serving', 'held', 'missed');
CREATE INDEX evaluations_in_order ON evaluations(opened_at);
CREATE INDEX visitors_by_id ON visitors(id_hash) WHERE id_hash <> '';
CREATE INDEX answers_by_age ON answers(at);
CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE INDEX cases_in_order ON cases(opened_at);
CREATE INDEX window_states ON events(at) WHERE kind IN ('window.opened', 'window.paused', 'window.closed');
COMMIT;
