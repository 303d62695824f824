-- A hall as the program kept it before a ticket knew its first call: A001 missed and called again, B001 on its second leg, A002 put aside.
-- Its key, made for this test: 51dc88b335967c4b08f7e48ba1ba9959ea37011b58e5a19544eecacb0df98f53
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'hallfloor','m0001_the_hall','2026-11-27 12:15:26.634789+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'hallfloor','m0002_materials_in_english','2026-11-27 12:15:26.635413+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'hallfloor','m0002_telling_holders','2026-11-27 12:15:26.636062+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'hallfloor','m0003_the_journal_is_not_replaced','2026-11-27 12:15:26.636324+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'hallfloor','m0004_what_machines_shall_do','2026-11-27 12:15:26.636722+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'hallfloor','m0005_cases','2026-11-27 12:15:26.637760+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'hallfloor','m0006_what_the_hall_says_to_windows','2026-11-27 12:15:26.638257+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'hallfloor','m0007_a_text_is_one_value_for_all_languages','2026-11-27 12:15:26.651836+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'hallfloor','m0008_facts_of_a_device','2026-11-27 12:15:26.652442+00:00');
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
INSERT INTO "counters" VALUES('2026-11-20/A',2);
INSERT INTO "counters" VALUES('2026-11-20/*',3);
INSERT INTO "counters" VALUES('2026-11-20/B',1);
CREATE TABLE devices (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL,
    at INTEGER NOT NULL
, facts TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE TABLE evaluations (
    id TEXT PRIMARY KEY NOT NULL, ticket TEXT NOT NULL, leg INTEGER NOT NULL, number TEXT NOT NULL, "window" TEXT NOT NULL, clerk TEXT,
    service TEXT NOT NULL, opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL, grade INTEGER,
    tags TEXT NOT NULL, anonymous INTEGER NOT NULL, commented TEXT NOT NULL, channel TEXT NOT NULL, given_at INTEGER
) STRICT;
INSERT INTO "evaluations" VALUES('fsnixs4zidkivaxx.1','fsnixs4zidkivaxx',1,'A001','1','clerk1','tax',1795143000000,1795747800000,'open',NULL,'[]',1,'','',NULL);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, ticket TEXT, "window" TEXT,
    body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,'2026-11-20T10:00:00.000+08:00','hall.loaded','test',NULL,NULL,'{"code":"33100200000001","services":3,"set":{"hall":{"hall":{"code":"33100200000001","id":"hall","name":{"en":"Example Hall","zh":"示例县政务服务中心"},"timezone":"Asia/Shanghai"}},"services":{"estate":{"closed":false,"code":"estate","kind":"complex","materials":{},"matters":[],"minutes":20,"name":{"en":"Title transfer","zh":"不动产转移登记"},"online":"","place":2,"prefix":"C","spoken":"","theme":{}},"social":{"closed":false,"code":"social","kind":"ordinary","materials":{},"matters":[],"minutes":8,"name":{"en":"Social insurance","zh":"社保参保登记"},"online":"","place":1,"prefix":"B","spoken":"","theme":{}},"tax":{"closed":false,"code":"tax","kind":"ordinary","materials":{},"matters":[],"minutes":6,"name":{"en":"Tax","zh":"税务申报"},"online":"","place":0,"prefix":"A","spoken":"","theme":{}}},"windows":{"1":{"clerk":null,"name":{"zh":"1号窗口"},"no":"1","place":0,"reason":"","services":["tax","social"],"since":0,"state":"closed","type":"","zone":""},"2":{"clerk":null,"name":{"zh":"2号窗口"},"no":"2","place":1,"reason":"","services":["tax","social"],"since":0,"state":"closed","type":"","zone":""},"3":{"clerk":null,"name":{"zh":"3号窗口"},"no":"3","place":2,"reason":"","services":["estate"],"since":0,"state":"closed","type":"","zone":""},"A12":{"clerk":null,"name":{"zh":"A12号窗口"},"no":"A12","place":3,"reason":"","services":["tax","social","estate"],"since":0,"state":"closed","type":"","zone":""}}},"windows":4}','0000000000000000000000000000000000000000000000000000000000000000','2f6bb0c5ad4234a119258bf839e3a470270973210f0b179e27903598c8da4ec2');
INSERT INTO "events" VALUES(2,'2026-11-20T10:00:00.000+08:00','window.opened','test',NULL,'1','{"set":{"windows":{"1":{"clerk":"clerk1","since":1795140000000,"state":"open"}}}}','2f6bb0c5ad4234a119258bf839e3a470270973210f0b179e27903598c8da4ec2','87ae425d6c903efdb25e049f2ec313e5bca48e1e93d429ec9d19f5d0cbba07a6');
INSERT INTO "events" VALUES(3,'2026-11-20T10:00:00.000+08:00','window.opened','test',NULL,'2','{"set":{"windows":{"2":{"clerk":"clerk2","since":1795140000000,"state":"open"}}}}','87ae425d6c903efdb25e049f2ec313e5bca48e1e93d429ec9d19f5d0cbba07a6','870fd5bbd20afe834d5dfd1f8503c7de884b13880cfa8eca99bc7be9152bec88');
INSERT INTO "events" VALUES(4,'2026-11-20T10:00:00.000+08:00','window.opened','test',NULL,'3','{"set":{"windows":{"3":{"clerk":"clerk3","since":1795140000000,"state":"open"}}}}','870fd5bbd20afe834d5dfd1f8503c7de884b13880cfa8eca99bc7be9152bec88','858c8e215a01db91a6b06a24b4ce2f729ec345e393f2c2b01b6b8c0375f1f2f5');
INSERT INTO "events" VALUES(5,'2026-11-20T10:00:00.000+08:00','window.opened','test',NULL,'A12','{"set":{"windows":{"A12":{"clerk":"clerkA12","since":1795140000000,"state":"open"}}}}','858c8e215a01db91a6b06a24b4ce2f729ec345e393f2c2b01b6b8c0375f1f2f5','a1059934b6793790882f85bcb9bdc9358c7d3d3c0c1837ad84506fac11974877');
INSERT INTO "events" VALUES(6,'2026-11-20T10:00:00.000+08:00','ticket.issued','test','fsnixs4zidkivaxx',NULL,'{"ahead":null,"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"A001","offline":false,"reason":null,"service":"tax","set":{"counters":{"2026-11-20/*":{"id":"2026-11-20/*","last":1},"2026-11-20/A":{"id":"2026-11-20/A","last":1}},"tickets":{"fsnixs4zidkivaxx":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795140000000,"day":"2026-11-20","finished_at":null,"id":"fsnixs4zidkivaxx","issued_at":1795140000000,"key":"33100200000001-20261120-0001","kiosk":null,"language":"zh","legs":[],"line_at":1795140000000,"misses":0,"number":"A001","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":1,"series":"A","service":"tax","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','a1059934b6793790882f85bcb9bdc9358c7d3d3c0c1837ad84506fac11974877','a4dcad20629cca02c86a40ff72911e5142fc2d3dbce0c366a7a3279524fd342a');
INSERT INTO "events" VALUES(7,'2026-11-20T10:05:00.000+08:00','ticket.called','test','fsnixs4zidkivaxx','1','{"number":"A001","service":"tax","set":{"tickets":{"fsnixs4zidkivaxx":{"called_at":1795140300000,"clerk":"clerk1","state":"called","times_called":1,"window":"1"}}},"times":1,"why":{"code":"first_come","facts":{"left":25,"number":"A001","promise":30,"waited":5},"overtaken":[],"overtaken_count":0},"window_name":"1号窗口"}','a4dcad20629cca02c86a40ff72911e5142fc2d3dbce0c366a7a3279524fd342a','fcac5f97435651e279065e714360f3c7a7cd63690ef3d8ee7424d2963e72cb6d');
INSERT INTO "events" VALUES(8,'2026-11-20T10:06:00.000+08:00','ticket.missed','test','fsnixs4zidkivaxx','1','{"number":"A001","service":"tax","set":{"tickets":{"fsnixs4zidkivaxx":{"misses":1,"state":"missed","window":null}}}}','fcac5f97435651e279065e714360f3c7a7cd63690ef3d8ee7424d2963e72cb6d','4a834dfc208ff03ed1ea01d3eb16a49f06218b9d0169be56f1abe9e05c75213f');
INSERT INTO "events" VALUES(9,'2026-11-20T10:06:00.000+08:00','ticket.returned','test','fsnixs4zidkivaxx',NULL,'{"number":"A001","service":"tax","set":{"tickets":{"fsnixs4zidkivaxx":{"called_at":null,"state":"waiting","times_called":0}}}}','4a834dfc208ff03ed1ea01d3eb16a49f06218b9d0169be56f1abe9e05c75213f','debe3854fa68199b592b0cfb31180e7350ec64645d3194557c83a72213cf3469');
INSERT INTO "events" VALUES(10,'2026-11-20T10:40:00.000+08:00','ticket.called','test','fsnixs4zidkivaxx','1','{"number":"A001","service":"tax","set":{"tickets":{"fsnixs4zidkivaxx":{"called_at":1795142400000,"state":"called","times_called":1,"window":"1"}}},"times":1,"why":{"code":"first_come","facts":{"left":-10,"number":"A001","promise":30,"waited":40},"overtaken":[],"overtaken_count":0},"window_name":"1号窗口"}','debe3854fa68199b592b0cfb31180e7350ec64645d3194557c83a72213cf3469','b3b070fbe08c3202fa0ba0431cf2f44364a26baf706388f372afacc8fe76cd3c');
INSERT INTO "events" VALUES(11,'2026-11-20T10:40:00.000+08:00','service.started','test','fsnixs4zidkivaxx','1','{"number":"A001","service":"tax","set":{"tickets":{"fsnixs4zidkivaxx":{"started_at":1795142400000,"state":"serving"}}}}','b3b070fbe08c3202fa0ba0431cf2f44364a26baf706388f372afacc8fe76cd3c','3060baa9ec9127ff12f691eafc31495661fba5e1caab53c7275c1c8b466bdc91');
INSERT INTO "events" VALUES(12,'2026-11-20T10:50:00.000+08:00','service.finished','test','fsnixs4zidkivaxx','1','{"flags":[],"number":"A001","outcome":"done","service":"tax","set":{"tickets":{"fsnixs4zidkivaxx":{"finished_at":1795143000000,"legs":[{"called_at":1795142400000,"clerk":"clerk1","finished_at":1795143000000,"line_at":1795140000000,"outcome":"done","service":"tax","started_at":1795142400000,"window":"1"}],"outcome":"done","state":"done"}}}}','3060baa9ec9127ff12f691eafc31495661fba5e1caab53c7275c1c8b466bdc91','577f8dc9341fda133d98cd1057f2ff60bd5d82de28e73423e3d927ed5875b552');
INSERT INTO "events" VALUES(13,'2026-11-20T10:50:00.000+08:00','evaluation.opened','test','fsnixs4zidkivaxx','1','{"evaluation":"fsnixs4zidkivaxx.1","expires_at":1795143060000,"number":"A001","service":"tax","set":{"evaluations":{"fsnixs4zidkivaxx.1":{"anonymous":true,"channel":"","clerk":"clerk1","commented":"","expires_at":1795747800000,"given_at":null,"grade":null,"id":"fsnixs4zidkivaxx.1","leg":1,"number":"A001","opened_at":1795143000000,"service":"tax","state":"open","tags":[],"ticket":"fsnixs4zidkivaxx","window":"1"}}}}','577f8dc9341fda133d98cd1057f2ff60bd5d82de28e73423e3d927ed5875b552','9239de5872389bcd78969216814f3fb38c624ff64cf8b3c316c1cc3e77595bdc');
INSERT INTO "events" VALUES(14,'2026-11-20T10:50:00.000+08:00','ticket.issued','test','2vp24y7nojkrjhxv',NULL,'{"ahead":null,"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"B001","offline":false,"reason":null,"service":"social","set":{"counters":{"2026-11-20/*":{"last":2},"2026-11-20/B":{"id":"2026-11-20/B","last":1}},"tickets":{"2vp24y7nojkrjhxv":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795143000000,"day":"2026-11-20","finished_at":null,"id":"2vp24y7nojkrjhxv","issued_at":1795143000000,"key":"33100200000001-20261120-0002","kiosk":null,"language":"zh","legs":[],"line_at":1795143000000,"misses":0,"number":"B001","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":2,"series":"B","service":"social","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','9239de5872389bcd78969216814f3fb38c624ff64cf8b3c316c1cc3e77595bdc','c2c04f4d332992bbb9628c2a0994b3da0791167c79c744aaff001acc1c9cc2e5');
INSERT INTO "events" VALUES(15,'2026-11-20T10:50:00.000+08:00','ticket.called','test','2vp24y7nojkrjhxv','2','{"number":"B001","service":"social","set":{"tickets":{"2vp24y7nojkrjhxv":{"called_at":1795143000000,"clerk":"clerk2","state":"called","times_called":1,"window":"2"}}},"times":1,"why":{"code":"first_come","facts":{"left":30,"number":"B001","promise":30,"waited":0},"overtaken":[],"overtaken_count":0},"window_name":"2号窗口"}','c2c04f4d332992bbb9628c2a0994b3da0791167c79c744aaff001acc1c9cc2e5','11fea15db205b611efbc5d59d2a84e822ef2ee4c59d9e8a8c64c27bc0622d0c4');
INSERT INTO "events" VALUES(16,'2026-11-20T10:50:00.000+08:00','service.started','test','2vp24y7nojkrjhxv','2','{"number":"B001","service":"social","set":{"tickets":{"2vp24y7nojkrjhxv":{"started_at":1795143000000,"state":"serving"}}}}','11fea15db205b611efbc5d59d2a84e822ef2ee4c59d9e8a8c64c27bc0622d0c4','a9b0a40d02c99c243e3bdda023149bff0e4180edc6ebe13149e9915f0a95497a');
INSERT INTO "events" VALUES(17,'2026-11-20T10:55:00.000+08:00','ticket.transferred','test','2vp24y7nojkrjhxv','2','{"number":"B001","place":"arrival","service":"social","set":{"tickets":{"2vp24y7nojkrjhxv":{"called_at":null,"clerk":null,"clock_at":1795143300000,"legs":[{"called_at":1795143000000,"clerk":"clerk2","finished_at":1795143300000,"line_at":1795143000000,"outcome":"transferred","service":"social","started_at":1795143000000,"window":"2"}],"service":"estate","started_at":null,"state":"waiting","times_called":0,"window":null}}},"to_service":"estate","to_window":null}','a9b0a40d02c99c243e3bdda023149bff0e4180edc6ebe13149e9915f0a95497a','3194169b80ea7315cad89c8589dcc558f574d4434dcd225608daf85b3ab08605');
INSERT INTO "events" VALUES(18,'2026-11-20T11:03:00.000+08:00','ticket.called','test','2vp24y7nojkrjhxv','3','{"number":"B001","service":"estate","set":{"tickets":{"2vp24y7nojkrjhxv":{"called_at":1795143780000,"clerk":"clerk3","state":"called","times_called":1,"window":"3"}}},"times":1,"why":{"code":"first_come","facts":{"left":7,"number":"B001","promise":15,"waited":8},"overtaken":[],"overtaken_count":0},"window_name":"3号窗口"}','3194169b80ea7315cad89c8589dcc558f574d4434dcd225608daf85b3ab08605','6a5e499cae75c2a6c75de32bb723f30c9cf7c266bb98f7147d6f5abccb2360b7');
INSERT INTO "events" VALUES(19,'2026-11-20T11:04:00.000+08:00','ticket.missed','test','2vp24y7nojkrjhxv','3','{"number":"B001","service":"estate","set":{"tickets":{"2vp24y7nojkrjhxv":{"misses":1,"state":"missed","window":null}}}}','6a5e499cae75c2a6c75de32bb723f30c9cf7c266bb98f7147d6f5abccb2360b7','8a1344bd733f64c0b1068cff7c0116c987d1aa4a89e3fc857e84b60be9d9f109');
INSERT INTO "events" VALUES(20,'2026-11-20T11:04:00.000+08:00','ticket.returned','test','2vp24y7nojkrjhxv',NULL,'{"number":"B001","service":"estate","set":{"tickets":{"2vp24y7nojkrjhxv":{"called_at":null,"state":"waiting","times_called":0}}}}','8a1344bd733f64c0b1068cff7c0116c987d1aa4a89e3fc857e84b60be9d9f109','b2df5e64a8dde06421b8a45b3a92b08665c8e717c0d51972afb83dd23a66ddbd');
INSERT INTO "events" VALUES(21,'2026-11-20T11:04:00.000+08:00','ticket.issued','test','tfy2gb4iyfily57w',NULL,'{"ahead":null,"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"A002","offline":false,"reason":null,"service":"tax","set":{"counters":{"2026-11-20/*":{"last":3},"2026-11-20/A":{"last":2}},"tickets":{"tfy2gb4iyfily57w":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795143840000,"day":"2026-11-20","finished_at":null,"id":"tfy2gb4iyfily57w","issued_at":1795143840000,"key":"33100200000001-20261120-0003","kiosk":null,"language":"zh","legs":[],"line_at":1795143840000,"misses":0,"number":"A002","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":3,"series":"A","service":"tax","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','b2df5e64a8dde06421b8a45b3a92b08665c8e717c0d51972afb83dd23a66ddbd','6dfa3e0109b19fcb33aca198a94d0fbf569bf87ce19921f1a72965e824260492');
INSERT INTO "events" VALUES(22,'2026-11-20T11:04:00.000+08:00','ticket.called','test','tfy2gb4iyfily57w','1','{"number":"A002","service":"tax","set":{"tickets":{"tfy2gb4iyfily57w":{"called_at":1795143840000,"clerk":"clerk1","state":"called","times_called":1,"window":"1"}}},"times":1,"why":{"code":"first_come","facts":{"left":30,"number":"A002","promise":30,"waited":0},"overtaken":[],"overtaken_count":0},"window_name":"1号窗口"}','6dfa3e0109b19fcb33aca198a94d0fbf569bf87ce19921f1a72965e824260492','597c33751c0056a94040f336535bd423ab8b479e742bb192799c77db5c626879');
INSERT INTO "events" VALUES(23,'2026-11-20T11:04:00.000+08:00','service.started','test','tfy2gb4iyfily57w','1','{"number":"A002","service":"tax","set":{"tickets":{"tfy2gb4iyfily57w":{"started_at":1795143840000,"state":"serving"}}}}','597c33751c0056a94040f336535bd423ab8b479e742bb192799c77db5c626879','281dd492adc6d43ae40b9e8ec024dc788b5df82fe01c08a9d72067ba96cf6aca');
INSERT INTO "events" VALUES(24,'2026-11-20T11:04:00.000+08:00','service.held','test','tfy2gb4iyfily57w','1','{"number":"A002","service":"tax","set":{"tickets":{"tfy2gb4iyfily57w":{"only_window":"1","state":"held"}}}}','281dd492adc6d43ae40b9e8ec024dc788b5df82fe01c08a9d72067ba96cf6aca','835e41ca1c840f209885bc1ffae59724f14909be982ec119c54dad0de8721684');
CREATE TABLE hall (
    id TEXT PRIMARY KEY NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, timezone TEXT NOT NULL
) STRICT;
INSERT INTO "hall" VALUES('hall','33100200000001','{"en":"Example Hall","zh":"示例县政务服务中心"}','Asia/Shanghai');
CREATE TABLE head (id TEXT PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, seal TEXT NOT NULL) STRICT
;
INSERT INTO "head" VALUES('head',24,'ek2xo3rxxoqzc672lxbhxtccmz5mchna');
CREATE TABLE helps (
    id TEXT PRIMARY KEY NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, answered_by TEXT NOT NULL, answered_at INTEGER
) STRICT;
CREATE TABLE loans (
    id TEXT PRIMARY KEY NOT NULL, kiosk TEXT NOT NULL, day TEXT NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
CREATE TABLE messages (id TEXT PRIMARY KEY NOT NULL, "window" TEXT, text TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, say TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER,
    removed INTEGER NOT NULL
) STRICT;
CREATE TABLE pushes (ticket TEXT NOT NULL, endpoint TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL, PRIMARY KEY (ticket, endpoint)) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;
CREATE TABLE sent (ticket TEXT NOT NULL, what TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (ticket, what)) STRICT;
CREATE TABLE services (
    code TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, prefix TEXT NOT NULL, kind TEXT NOT NULL,
    theme TEXT NOT NULL, matters TEXT NOT NULL, materials TEXT NOT NULL, online TEXT NOT NULL,
    minutes REAL NOT NULL, place INTEGER NOT NULL, closed INTEGER NOT NULL, spoken TEXT NOT NULL
) STRICT;
INSERT INTO "services" VALUES('tax','{"en":"Tax","zh":"税务申报"}','A','ordinary','{}','[]','{}','',6.0,0,0,'');
INSERT INTO "services" VALUES('social','{"en":"Social insurance","zh":"社保参保登记"}','B','ordinary','{}','[]','{}','',8.0,1,0,'');
INSERT INTO "services" VALUES('estate','{"en":"Title transfer","zh":"不动产转移登记"}','C','complex','{}','[]','{}','',20.0,2,0,'');
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL, staff TEXT NOT NULL, csrf TEXT NOT NULL, "window" TEXT, made_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;
CREATE TABLE staff (
    name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, shown TEXT NOT NULL, photo TEXT NOT NULL, stars INTEGER NOT NULL,
    title TEXT NOT NULL, must_change INTEGER NOT NULL, disabled INTEGER NOT NULL, keys TEXT NOT NULL
) STRICT;
CREATE TABLE tickets (
    id TEXT PRIMARY KEY NOT NULL, "key" TEXT, day TEXT NOT NULL, number TEXT, seq INTEGER, series TEXT NOT NULL,
    service TEXT NOT NULL, "class" TEXT NOT NULL, reason TEXT, channel TEXT NOT NULL, state TEXT NOT NULL,
    issued_at INTEGER, line_at INTEGER NOT NULL, clock_at INTEGER NOT NULL, target INTEGER, "window" TEXT,
    only_window TEXT, clerk TEXT, times_called INTEGER NOT NULL, misses INTEGER NOT NULL, called_at INTEGER,
    started_at INTEGER, finished_at INTEGER, outcome TEXT, language TEXT NOT NULL, offline INTEGER NOT NULL,
    slot_at INTEGER, slot_end INTEGER, wait_p50 INTEGER, wait_p90 INTEGER, kiosk TEXT, onward TEXT NOT NULL, legs TEXT NOT NULL
) STRICT;
INSERT INTO "tickets" VALUES('fsnixs4zidkivaxx','33100200000001-20261120-0001','2026-11-20','A001',1,'A','tax','ordinary',NULL,'kiosk','done',1795140000000,1795140000000,1795140000000,1800,'1',NULL,'clerk1',1,1,1795142400000,1795142400000,1795143000000,'done','zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[{"called_at":1795142400000,"clerk":"clerk1","finished_at":1795143000000,"line_at":1795140000000,"outcome":"done","service":"tax","started_at":1795142400000,"window":"1"}]');
INSERT INTO "tickets" VALUES('2vp24y7nojkrjhxv','33100200000001-20261120-0002','2026-11-20','B001',2,'B','estate','ordinary',NULL,'kiosk','waiting',1795143000000,1795143000000,1795143300000,1800,NULL,NULL,'clerk3',0,1,NULL,NULL,NULL,NULL,'zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[{"called_at":1795143000000,"clerk":"clerk2","finished_at":1795143300000,"line_at":1795143000000,"outcome":"transferred","service":"social","started_at":1795143000000,"window":"2"}]');
INSERT INTO "tickets" VALUES('tfy2gb4iyfily57w','33100200000001-20261120-0003','2026-11-20','A002',3,'A','tax','ordinary',NULL,'kiosk','held',1795143840000,1795143840000,1795143840000,1800,'1','1','clerk1',1,0,1795143840000,1795143840000,NULL,NULL,'zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[]');
CREATE TABLE tokens (
    id TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, "window" TEXT, name TEXT NOT NULL, made_at INTEGER NOT NULL, revoked_at INTEGER
) STRICT;
CREATE TABLE visitors (
    ticket TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, id_hash TEXT NOT NULL, id_last4 TEXT NOT NULL, card TEXT NOT NULL,
    phone_hash TEXT NOT NULL, phone TEXT NOT NULL, at INTEGER NOT NULL
, reach TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE windows (
    no TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, services TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, clerk TEXT, since INTEGER NOT NULL, place INTEGER NOT NULL, zone TEXT NOT NULL
) STRICT;
INSERT INTO "windows" VALUES('1','{"zh":"1号窗口"}','','["tax","social"]','open','','clerk1',1795140000000,0,'');
INSERT INTO "windows" VALUES('2','{"zh":"2号窗口"}','','["tax","social"]','open','','clerk2',1795140000000,1,'');
INSERT INTO "windows" VALUES('3','{"zh":"3号窗口"}','','["estate"]','open','','clerk3',1795140000000,2,'');
INSERT INTO "windows" VALUES('A12','{"zh":"A12号窗口"}','','["tax","social","estate"]','open','','clerkA12',1795140000000,3,'');
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
COMMIT;
