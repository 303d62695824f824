-- A hall as the program kept it while texts had two columns (name, name_en) and the journal held sentences.
-- Its key, made for this test: a49ab6092de96e3084ae78cc699dd10d5d755c07d61e53ce3c52e2cd49125777
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'hallfloor','m0001_the_hall','2026-11-27 11:53:19.649605+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'hallfloor','m0002_materials_in_english','2026-11-27 11:53:19.650700+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'hallfloor','m0002_telling_holders','2026-11-27 11:53:19.651871+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'hallfloor','m0003_the_journal_is_not_replaced','2026-11-27 11:53:19.652505+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'hallfloor','m0004_what_machines_shall_do','2026-11-27 11:53:19.653079+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'hallfloor','m0005_cases','2026-11-27 11:53:19.654329+00:00');
CREATE TABLE alerts (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, level TEXT NOT NULL, say TEXT NOT NULL,
    advice TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL, raised_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
) STRICT;
INSERT INTO "alerts" VALUES('plan-peak','plan_due','peak','warn','{"en":"Plan ''月末高峰'' is due (its line is that long)","zh":"建议启动预案“月末高峰”（等候已达到启动条件）"}','[{"do":"activate_plan","en":"Activate the plan","plan":"peak","zh":"启动预案"}]','raised','',1795140780000,1795140780000);
INSERT INTO "alerts" VALUES('promise-tax-ordinary','promise','tax','warn','{"en":"Tax (walk-ins): in 8 min 2 will pass the promised wait (A002, A003)","zh":"税务申报（现场取号）：8 分钟后将有 2 个号超过承诺等候时间（A002、A003）"}','[{"do":"open_window","en":"Open window A12: keeps about 3 more promises within the hour","saves":3.2,"window":"A12","zh":"开放 A12 号窗口，一小时内可多兑现约 3 个承诺"}]','raised','',1795140780000,1795140780000);
CREATE TABLE answers (
    caller TEXT NOT NULL, "key" TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (caller, "key")
) STRICT;
CREATE TABLE cases (id TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL, owner TEXT NOT NULL, taken_at INTEGER, outcome TEXT NOT NULL, called_back INTEGER NOT NULL, closed_at INTEGER) STRICT;
CREATE TABLE commands (id TEXT PRIMARY KEY NOT NULL, machine TEXT NOT NULL, what TEXT NOT NULL, ticket TEXT, at INTEGER NOT NULL) STRICT;
CREATE TABLE comments (evaluation TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, contact TEXT NOT NULL, note TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE counters (id TEXT PRIMARY KEY NOT NULL, last INTEGER NOT NULL) STRICT;
INSERT INTO "counters" VALUES('2026-11-20/A',3);
INSERT INTO "counters" VALUES('2026-11-20/*',5);
INSERT INTO "counters" VALUES('2026-11-20/B',1);
INSERT INTO "counters" VALUES('2026-11-20/LA',1);
CREATE TABLE devices (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL,
    sentence_en TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
INSERT INTO "devices" VALUES('k1/printer','printer','unknown','silent','设备失去联系，请检查电源和网线。','The machine does not answer. Check power and network.',1795140780000);
INSERT INTO "devices" VALUES('k1/reader','reader','unknown','silent','设备失去联系，请检查电源和网线。','The machine does not answer. Check power and network.',1795140780000);
CREATE TABLE evaluations (
    id TEXT PRIMARY KEY NOT NULL, ticket TEXT NOT NULL, leg INTEGER NOT NULL, number TEXT NOT NULL, "window" TEXT NOT NULL, clerk TEXT,
    service TEXT NOT NULL, opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL, grade INTEGER,
    tags TEXT NOT NULL, anonymous INTEGER NOT NULL, commented TEXT NOT NULL, channel TEXT NOT NULL, given_at INTEGER
) STRICT;
INSERT INTO "evaluations" VALUES('tnrjxdqmrxjnpvrd.1','tnrjxdqmrxjnpvrd',1,'LA001','1',NULL,'tax',1795140780000,1795745580000,'open',NULL,'[]',1,'','',NULL);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, ticket TEXT, "window" TEXT,
    body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,'2026-11-20T10:00:00.000+08:00','hall.loaded','test',NULL,NULL,'{"code":"33100200000001","services":3,"set":{"hall":{"hall":{"code":"33100200000001","id":"hall","name":"示例县政务服务中心","name_en":"Example Hall","timezone":"Asia/Shanghai"}},"services":{"estate":{"closed":false,"code":"estate","kind":"complex","materials":["合同"],"materials_en":[],"matters":[],"minutes":20,"name":"不动产转移登记","name_en":"Title transfer","online":"","place":2,"prefix":"C","spoken":"","theme":"","theme_en":""},"social":{"closed":false,"code":"social","kind":"ordinary","materials":[],"materials_en":[],"matters":[],"minutes":8.0,"name":"社保参保登记","name_en":"","online":"","place":1,"prefix":"B","spoken":"","theme":"","theme_en":""},"tax":{"closed":false,"code":"tax","kind":"ordinary","materials":["身份证","申报表"],"materials_en":["ID card","return"],"matters":[],"minutes":8.0,"name":"税务申报","name_en":"Tax","online":"","place":0,"prefix":"A","spoken":"","theme":"税务","theme_en":"Tax"}},"settings":{"look":{"name":"look","value":{"address":"示例路1号","address_en":"1 Example Road"}},"neighbours":{"name":"neighbours","value":{"items":[{"address":"桃源路","code":"33100200000002","name":"桃源大厅","name_en":"Taoyuan Hall"}]}},"plans":{"name":"plans","value":{"items":[{"id":"peak","name":"月末高峰","notice":{"text":"月末高峰","text_en":"Busy days"},"open":["A12"],"people":[{"name":"甲","window":"A12"}],"services":["tax"]}]}}},"windows":{"1":{"clerk":null,"name":"","name_en":"","no":"1","place":0,"reason":"","services":["tax","social"],"since":0,"state":"closed","type":"综合","zone":""},"2":{"clerk":null,"name":"二号台","name_en":"Desk two","no":"2","place":1,"reason":"","services":["tax"],"since":0,"state":"closed","type":"综合","zone":""},"A12":{"clerk":null,"name":"A12号窗口","name_en":"","no":"A12","place":2,"reason":"","services":["tax","social","estate"],"since":0,"state":"closed","type":"综合","zone":""}}},"windows":3}','0000000000000000000000000000000000000000000000000000000000000000','99f64c71e889168e418aee992924d4f19e3a01d03395b18d0d18c8e5c227c2f0');
INSERT INTO "events" VALUES(2,'2026-11-20T10:00:00.000+08:00','service.changed','test',NULL,NULL,'{"service":"social","set":{"services":{"social":{"name_en":"Social insurance"}}}}','99f64c71e889168e418aee992924d4f19e3a01d03395b18d0d18c8e5c227c2f0','f58f4c170e7cd2d4f030d7400de925cb8a4416a2b29bcbaf3bbaef28ce8b5891');
INSERT INTO "events" VALUES(3,'2026-11-20T10:00:00.000+08:00','service.changed','test',NULL,NULL,'{"service":"social","set":{"services":{"social":{"name":"社会保险登记","theme":"社保"}}}}','f58f4c170e7cd2d4f030d7400de925cb8a4416a2b29bcbaf3bbaef28ce8b5891','e658f18a5a5d287b6e0a72c895ae595afbcf57a1630006967882bf075b4979b4');
INSERT INTO "events" VALUES(4,'2026-11-20T10:00:00.000+08:00','service.changed','test',NULL,NULL,'{"service":"tax","set":{"services":{"tax":{"materials_en":["ID card","tax return"],"theme_en":""}}}}','e658f18a5a5d287b6e0a72c895ae595afbcf57a1630006967882bf075b4979b4','55cbe14c345f75f7bd967e9137a99ca863042e4b4af5b68c95de5ff7a3017ffd');
INSERT INTO "events" VALUES(5,'2026-11-20T10:00:00.000+08:00','service.changed','test',NULL,NULL,'{"service":"new","set":{"services":{"new":{"closed":false,"code":"new","kind":"ordinary","materials":[],"materials_en":[],"matters":[],"minutes":8.0,"name":"新业务","name_en":"","online":"","place":3,"prefix":"D","spoken":"","theme":"","theme_en":""}}}}','55cbe14c345f75f7bd967e9137a99ca863042e4b4af5b68c95de5ff7a3017ffd','d5af3f9edf9fde225e8cb06dc1badddf07f900e8b5c4a0c675f23ca592062e94');
INSERT INTO "events" VALUES(6,'2026-11-20T10:00:00.000+08:00','window.changed','test',NULL,'1','{"set":{"windows":{"1":{"name_en":"Window one"}}}}','d5af3f9edf9fde225e8cb06dc1badddf07f900e8b5c4a0c675f23ca592062e94','70423960f03b59c270cbe13eae2e7d3a70c309052cad2677349a83a0f0d1adeb');
INSERT INTO "events" VALUES(7,'2026-11-20T10:00:00.000+08:00','window.changed','test',NULL,'2','{"set":{"windows":{"2":{"name":""}}}}','70423960f03b59c270cbe13eae2e7d3a70c309052cad2677349a83a0f0d1adeb','4359b6e05a53049cd0c596e2ceaeacbda2ed65812bd03ba1c4099b5c27a4f3cd');
INSERT INTO "events" VALUES(8,'2026-11-20T10:00:00.000+08:00','notice.changed','test',NULL,NULL,'{"notice":"6s2woirel3hblxnm","set":{"notices":{"6s2woirel3hblxnm":{"ends_at":null,"id":"6s2woirel3hblxnm","removed":false,"starts_at":1795140000000,"text":"周五下午停电","text_en":"No power on Friday afternoon"}}}}','4359b6e05a53049cd0c596e2ceaeacbda2ed65812bd03ba1c4099b5c27a4f3cd','fc91e0cb551e4c5f11f28161d690e9785cbe984c4d9a415ef53791426c5ea4dc');
INSERT INTO "events" VALUES(9,'2026-11-20T10:00:00.000+08:00','notice.changed','test',NULL,NULL,'{"notice":"6s2woirel3hblxnm","set":{"notices":{"6s2woirel3hblxnm":{"text":"周五停电","text_en":""}}}}','fc91e0cb551e4c5f11f28161d690e9785cbe984c4d9a415ef53791426c5ea4dc','648583971b60bcf38357e285af17f4929a734bb788cfbea2ded0d33e86470a41');
INSERT INTO "events" VALUES(10,'2026-11-20T10:00:00.000+08:00','notice.changed','test',NULL,NULL,'{"notice":"ul4r7geca474u5ei","set":{"notices":{"ul4r7geca474u5ei":{"ends_at":null,"id":"ul4r7geca474u5ei","removed":false,"starts_at":1795140000000,"text":"只有中文","text_en":""}}}}','648583971b60bcf38357e285af17f4929a734bb788cfbea2ded0d33e86470a41','7470a41436d2e23c1bfa5ae1631eee4c95d14ba63e8bc195fbd7ad4a3b401c06');
INSERT INTO "events" VALUES(11,'2026-11-20T10:00:00.000+08:00','window.opened','test',NULL,'1','{"set":{"windows":{"1":{"since":1795140000000,"state":"open"}}}}','7470a41436d2e23c1bfa5ae1631eee4c95d14ba63e8bc195fbd7ad4a3b401c06','ce77d20ad172ef6512ae5443610e71c7892c83758575cc17cea0271e28a61d74');
INSERT INTO "events" VALUES(12,'2026-11-20T10:00:00.000+08:00','window.opened','test',NULL,'2','{"set":{"windows":{"2":{"since":1795140000000,"state":"open"}}}}','ce77d20ad172ef6512ae5443610e71c7892c83758575cc17cea0271e28a61d74','171ed283ebd12059b7391be9895fb5c0b26dcca0424acd79f09c3b16f6c9dc92');
INSERT INTO "events" VALUES(13,'2026-11-20T10:00:00.000+08:00','ticket.issued','test','owzbajp5mmz2mxen',NULL,'{"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"A001","offline":false,"reason":null,"service":"tax","set":{"counters":{"2026-11-20/*":{"id":"2026-11-20/*","last":1},"2026-11-20/A":{"id":"2026-11-20/A","last":1}},"tickets":{"owzbajp5mmz2mxen":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795140000000,"day":"2026-11-20","finished_at":null,"id":"owzbajp5mmz2mxen","issued_at":1795140000000,"key":"33100200000001-20261120-0001","kiosk":null,"language":"zh","legs":[],"line_at":1795140000000,"misses":0,"number":"A001","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":1,"series":"A","service":"tax","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','171ed283ebd12059b7391be9895fb5c0b26dcca0424acd79f09c3b16f6c9dc92','4fd7d9714cdde48ba3b01476500744513e6088c149921600c8d088f187680564');
INSERT INTO "events" VALUES(14,'2026-11-20T10:02:00.000+08:00','ticket.issued','test','o42h5w2wfgoohv6x',NULL,'{"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"B001","offline":false,"reason":null,"service":"social","set":{"counters":{"2026-11-20/*":{"last":2},"2026-11-20/B":{"id":"2026-11-20/B","last":1}},"tickets":{"o42h5w2wfgoohv6x":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795140120000,"day":"2026-11-20","finished_at":null,"id":"o42h5w2wfgoohv6x","issued_at":1795140120000,"key":"33100200000001-20261120-0002","kiosk":null,"language":"zh","legs":[],"line_at":1795140120000,"misses":0,"number":"B001","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":2,"series":"B","service":"social","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','4fd7d9714cdde48ba3b01476500744513e6088c149921600c8d088f187680564','40acbabc60a49228f8fc1a1895b589743d544ebe36fc3b54917b2afa73b554af');
INSERT INTO "events" VALUES(15,'2026-11-20T10:04:00.000+08:00','ticket.issued','test','rfi6sedqnm2wotol',NULL,'{"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"A002","offline":false,"reason":null,"service":"tax","set":{"counters":{"2026-11-20/*":{"last":3},"2026-11-20/A":{"last":2}},"tickets":{"rfi6sedqnm2wotol":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795140240000,"day":"2026-11-20","finished_at":null,"id":"rfi6sedqnm2wotol","issued_at":1795140240000,"key":"33100200000001-20261120-0003","kiosk":null,"language":"zh","legs":[],"line_at":1795140240000,"misses":0,"number":"A002","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":3,"series":"A","service":"tax","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','40acbabc60a49228f8fc1a1895b589743d544ebe36fc3b54917b2afa73b554af','ac80770336344d0dede1eea3314146d95c9c5269ee55b6fe739103608496e466');
INSERT INTO "events" VALUES(16,'2026-11-20T10:06:00.000+08:00','ticket.issued','test','ta77hjkrjsar3uyu',NULL,'{"channel":"kiosk","class":"ordinary","duplicate_of":"","notice":"","number":"A003","offline":false,"reason":null,"service":"tax","set":{"counters":{"2026-11-20/*":{"last":4},"2026-11-20/A":{"last":3}},"tickets":{"ta77hjkrjsar3uyu":{"called_at":null,"channel":"kiosk","class":"ordinary","clerk":null,"clock_at":1795140360000,"day":"2026-11-20","finished_at":null,"id":"ta77hjkrjsar3uyu","issued_at":1795140360000,"key":"33100200000001-20261120-0004","kiosk":null,"language":"zh","legs":[],"line_at":1795140360000,"misses":0,"number":"A003","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":null,"seq":4,"series":"A","service":"tax","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":1800,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','ac80770336344d0dede1eea3314146d95c9c5269ee55b6fe739103608496e466','cc1d21896db61acef1e4cc83392e276103fe0efe936f33c64622da4d261eef21');
INSERT INTO "events" VALUES(17,'2026-11-20T10:08:00.000+08:00','ticket.issued','test','tnrjxdqmrxjnpvrd',NULL,'{"channel":"desk","class":"green","duplicate_of":"","notice":"","number":"LA001","offline":false,"reason":"elderly","service":"tax","set":{"counters":{"2026-11-20/*":{"last":5},"2026-11-20/LA":{"id":"2026-11-20/LA","last":1}},"tickets":{"tnrjxdqmrxjnpvrd":{"called_at":null,"channel":"desk","class":"green","clerk":null,"clock_at":1795140480000,"day":"2026-11-20","finished_at":null,"id":"tnrjxdqmrxjnpvrd","issued_at":1795140480000,"key":"33100200000001-20261120-0005","kiosk":null,"language":"zh","legs":[],"line_at":1795140480000,"misses":0,"number":"LA001","offline":false,"only_window":null,"onward":[],"outcome":null,"reason":"elderly","seq":5,"series":"LA","service":"tax","slot_at":null,"slot_end":null,"started_at":null,"state":"waiting","target":600,"times_called":0,"wait_p50":null,"wait_p90":null,"window":null}}}}','cc1d21896db61acef1e4cc83392e276103fe0efe936f33c64622da4d261eef21','12ed4e3e229278a009fd186e9749a1db2934dd454de2ad042ad0c8442af9d961');
INSERT INTO "events" VALUES(18,'2026-11-20T10:08:00.000+08:00','ticket.called','test','tnrjxdqmrxjnpvrd','1','{"number":"LA001","service":"tax","set":{"tickets":{"tnrjxdqmrxjnpvrd":{"called_at":1795140480000,"state":"called","times_called":1,"window":"1"}}},"times":1,"why":{"code":"green","en":"before A001, which has waited 8 min: green channel, promised 10 min","overtaken":["A001","B001","A002","A003"],"overtaken_count":4,"zh":"优先于等候 8 分钟的 A001：绿色通道的 10 分钟承诺"},"window_name":""}','12ed4e3e229278a009fd186e9749a1db2934dd454de2ad042ad0c8442af9d961','237368f51177d8511a81d74f3f10848694aa21fdcad2b29c97f1d2036cc02175');
INSERT INTO "events" VALUES(19,'2026-11-20T10:08:00.000+08:00','ticket.recalled','test','tnrjxdqmrxjnpvrd','1','{"number":"LA001","service":"tax","set":{"tickets":{"tnrjxdqmrxjnpvrd":{"times_called":2}}},"times":2,"window_name":""}','237368f51177d8511a81d74f3f10848694aa21fdcad2b29c97f1d2036cc02175','b11cd1297bceff63cc740276194950a655022511328186a987cb7084e185d1d3');
INSERT INTO "events" VALUES(20,'2026-11-20T10:08:00.000+08:00','service.started','test','tnrjxdqmrxjnpvrd','1','{"number":"LA001","service":"tax","set":{"tickets":{"tnrjxdqmrxjnpvrd":{"started_at":1795140480000,"state":"serving"}}}}','b11cd1297bceff63cc740276194950a655022511328186a987cb7084e185d1d3','7ee95d4af600ed4f54ded6068b9a6005a2e118bca398a6deadf5ef803f7203b4');
INSERT INTO "events" VALUES(21,'2026-11-20T10:13:00.000+08:00','service.finished','test','tnrjxdqmrxjnpvrd','1','{"flags":[],"number":"LA001","outcome":"done","service":"tax","set":{"tickets":{"tnrjxdqmrxjnpvrd":{"finished_at":1795140780000,"legs":[{"called_at":1795140480000,"clerk":null,"finished_at":1795140780000,"line_at":1795140480000,"outcome":"done","service":"tax","started_at":1795140480000,"window":"1"}],"outcome":"done","state":"done"}}}}','7ee95d4af600ed4f54ded6068b9a6005a2e118bca398a6deadf5ef803f7203b4','b93da192fbe2d5adf857cf58dd5c1e260b41932d98374ff021dd10539ac29be6');
INSERT INTO "events" VALUES(22,'2026-11-20T10:13:00.000+08:00','evaluation.opened','test','tnrjxdqmrxjnpvrd','1','{"evaluation":"tnrjxdqmrxjnpvrd.1","expires_at":1795140840000,"number":"LA001","service":"tax","set":{"evaluations":{"tnrjxdqmrxjnpvrd.1":{"anonymous":true,"channel":"","clerk":null,"commented":"","expires_at":1795745580000,"given_at":null,"grade":null,"id":"tnrjxdqmrxjnpvrd.1","leg":1,"number":"LA001","opened_at":1795140780000,"service":"tax","state":"open","tags":[],"ticket":"tnrjxdqmrxjnpvrd","window":"1"}}}}','b93da192fbe2d5adf857cf58dd5c1e260b41932d98374ff021dd10539ac29be6','821dbe66a0b8e6e35d4339d8a9f3d806282f5e03fa52c09ee6e1644b79e82e30');
INSERT INTO "events" VALUES(23,'2026-11-20T10:13:00.000+08:00','ticket.called','test','ta77hjkrjsar3uyu','2','{"number":"A003","service":"tax","set":{"tickets":{"ta77hjkrjsar3uyu":{"called_at":1795140780000,"state":"called","times_called":1,"window":"2"}}},"times":1,"why":{"code":"by_hand","en":"chosen at the window","zh":"由窗口指定呼叫"},"window_name":""}','821dbe66a0b8e6e35d4339d8a9f3d806282f5e03fa52c09ee6e1644b79e82e30','c1bcc3d51c6bdb0ad0468db8d69e238ef58d4d795adce8a1a2d482d25314af1b');
INSERT INTO "events" VALUES(24,'2026-11-20T10:13:00.000+08:00','device.changed','test',NULL,NULL,'{"code":"paper_end","device":"k1/printer","sentence":"打印机缺纸，请更换纸卷。","sentence_en":"The printer is out of paper. Put in a new roll.","set":{"devices":{"k1/printer":{"at":1795140780000,"code":"paper_end","id":"k1/printer","kind":"printer","sentence":"打印机缺纸，请更换纸卷。","sentence_en":"The printer is out of paper. Put in a new roll.","state":"trouble"}}},"state":"trouble"}','c1bcc3d51c6bdb0ad0468db8d69e238ef58d4d795adce8a1a2d482d25314af1b','554a91acb7277a20985670e556158b9b0d19a07ab3d3f54649bd2902de44fdff');
INSERT INTO "events" VALUES(25,'2026-11-20T10:13:00.000+08:00','device.changed','test',NULL,NULL,'{"code":"","device":"k1/reader","sentence":"","sentence_en":"","set":{"devices":{"k1/reader":{"at":1795140780000,"code":"","id":"k1/reader","kind":"reader","sentence":"","sentence_en":"","state":"ok"}}},"state":"ok"}','554a91acb7277a20985670e556158b9b0d19a07ab3d3f54649bd2902de44fdff','6c7825eaac03b754205bfee3264df42d9e7ed2f05102ed01cad024f38d8ae8b5');
INSERT INTO "events" VALUES(26,'2026-11-20T10:13:00.000+08:00','device.changed','test',NULL,NULL,'{"code":"silent","device":"k1/printer","sentence":"设备失去联系，请检查电源和网线。","sentence_en":"The machine does not answer. Check power and network.","set":{"devices":{"k1/printer":{"code":"silent","sentence":"设备失去联系，请检查电源和网线。","sentence_en":"The machine does not answer. Check power and network.","state":"unknown"}}},"state":"unknown"}','6c7825eaac03b754205bfee3264df42d9e7ed2f05102ed01cad024f38d8ae8b5','7ab508878faa700d66d74a1bdaff9b6593144337d06a0ae77efd0c1c79ac22f4');
INSERT INTO "events" VALUES(27,'2026-11-20T10:13:00.000+08:00','device.changed','test',NULL,NULL,'{"code":"silent","device":"k1/reader","sentence":"设备失去联系，请检查电源和网线。","sentence_en":"The machine does not answer. Check power and network.","set":{"devices":{"k1/reader":{"code":"silent","sentence":"设备失去联系，请检查电源和网线。","sentence_en":"The machine does not answer. Check power and network.","state":"unknown"}}},"state":"unknown"}','7ab508878faa700d66d74a1bdaff9b6593144337d06a0ae77efd0c1c79ac22f4','c876df98812aceacb41b0444e880839bb67d8e210699dce274167b8ec1536019');
INSERT INTO "events" VALUES(28,'2026-11-20T10:13:00.000+08:00','plan.activated','test',NULL,NULL,'{"name":"月末高峰","plan":"peak","set":{"settings":{"plans_active":{"name":"plans_active","value":{"peak":{"by":"manager","since":1795140780000}}}}}}','c876df98812aceacb41b0444e880839bb67d8e210699dce274167b8ec1536019','ce7785a879c0e5e7f0dde80ed57c387fb986e0e278779850aaaa564df4bcfaf0');
INSERT INTO "events" VALUES(29,'2026-11-20T10:13:00.000+08:00','window.opened','test',NULL,'A12','{"set":{"windows":{"A12":{"since":1795140780000,"state":"open"}}}}','ce7785a879c0e5e7f0dde80ed57c387fb986e0e278779850aaaa564df4bcfaf0','e82781a3bbc16531ec856c33e7e16485b0a4d7c3b1e0e7abe637a8c7c7217dc2');
INSERT INTO "events" VALUES(30,'2026-11-20T10:13:00.000+08:00','message.sent','test',NULL,NULL,'{"message":"ksjhi7xwwlsr7ngw","set":{"messages":{"ksjhi7xwwlsr7ngw":{"at":1795140780000,"by":"manager","id":"ksjhi7xwwlsr7ngw","text":"预案“月末高峰”已启动：请甲到A12号窗口","window":null}}}}','e82781a3bbc16531ec856c33e7e16485b0a4d7c3b1e0e7abe637a8c7c7217dc2','e79d4bda76e8a97b6e8fedd5ccdf3464d343677d4a76a654cc9341ea2fb80077');
INSERT INTO "events" VALUES(31,'2026-11-20T10:13:00.000+08:00','alert.raised','test',NULL,NULL,'{"alert":"plan-peak","set":{"alerts":{"plan-peak":{"advice":[{"do":"activate_plan","en":"Activate the plan","plan":"peak","zh":"启动预案"}],"changed_at":1795140780000,"id":"plan-peak","kind":"plan_due","level":"warn","owner":"","raised_at":1795140780000,"say":{"en":"Plan ''月末高峰'' is due (its line is that long)","zh":"建议启动预案“月末高峰”（等候已达到启动条件）"},"state":"raised","subject":"peak"}}},"what":"plan_due"}','e79d4bda76e8a97b6e8fedd5ccdf3464d343677d4a76a654cc9341ea2fb80077','675e521c70059941b26c8b21f1b52169ffd4246724648233624ffc810f571688');
INSERT INTO "events" VALUES(32,'2026-11-20T10:13:00.000+08:00','alert.raised','test',NULL,NULL,'{"alert":"promise-tax-ordinary","set":{"alerts":{"promise-tax-ordinary":{"advice":[{"do":"open_window","en":"Open window A12: keeps about 3 more promises within the hour","saves":3.2,"window":"A12","zh":"开放 A12 号窗口，一小时内可多兑现约 3 个承诺"}],"changed_at":1795140780000,"id":"promise-tax-ordinary","kind":"promise","level":"warn","owner":"","raised_at":1795140780000,"say":{"en":"Tax (walk-ins): in 8 min 2 will pass the promised wait (A002, A003)","zh":"税务申报（现场取号）：8 分钟后将有 2 个号超过承诺等候时间（A002、A003）"},"state":"raised","subject":"tax"}}},"what":"promise"}','675e521c70059941b26c8b21f1b52169ffd4246724648233624ffc810f571688','2f7eee74046edfb57a8f437f30e95e020b645d138e25d2b3134e313e26f735e8');
INSERT INTO "events" VALUES(33,'2026-11-20T10:13:00.000+08:00','message.sent','test',NULL,'1','{"message":"7tjouiiitignjhpv","set":{"messages":{"7tjouiiitignjhpv":{"at":1795140780000,"by":"manager","id":"7tjouiiitignjhpv","text":"请加快","window":"1"}}}}','2f7eee74046edfb57a8f437f30e95e020b645d138e25d2b3134e313e26f735e8','eacb376acc4b67581074a16842747115f820e53d55c234833c53dfe82b4af837');
CREATE TABLE hall (
    id TEXT PRIMARY KEY NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, timezone TEXT NOT NULL
) STRICT;
INSERT INTO "hall" VALUES('hall','33100200000001','示例县政务服务中心','Example Hall','Asia/Shanghai');
CREATE TABLE head (id TEXT PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, seal TEXT NOT NULL) STRICT
;
INSERT INTO "head" VALUES('head',33,'foeljmhhkrwvjhd7c37hsdhdhghui3vu');
CREATE TABLE helps (
    id TEXT PRIMARY KEY NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, answered_by TEXT NOT NULL, answered_at INTEGER
) STRICT;
CREATE TABLE loans (
    id TEXT PRIMARY KEY NOT NULL, kiosk TEXT NOT NULL, day TEXT NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
CREATE TABLE messages (id TEXT PRIMARY KEY NOT NULL, "window" TEXT, text TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL) STRICT;
INSERT INTO "messages" VALUES('ksjhi7xwwlsr7ngw',NULL,'预案“月末高峰”已启动：请甲到A12号窗口',1795140780000,'manager');
INSERT INTO "messages" VALUES('7tjouiiitignjhpv','1','请加快',1795140780000,'manager');
CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, text_en TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER,
    removed INTEGER NOT NULL
) STRICT;
INSERT INTO "notices" VALUES('6s2woirel3hblxnm','周五停电','',1795140000000,NULL,0);
INSERT INTO "notices" VALUES('ul4r7geca474u5ei','只有中文','',1795140000000,NULL,0);
CREATE TABLE pushes (ticket TEXT NOT NULL, endpoint TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL, PRIMARY KEY (ticket, endpoint)) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;
CREATE TABLE sent (ticket TEXT NOT NULL, what TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (ticket, what)) STRICT;
CREATE TABLE services (
    code TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, prefix TEXT NOT NULL, kind TEXT NOT NULL,
    theme TEXT NOT NULL, theme_en TEXT NOT NULL, matters TEXT NOT NULL, materials TEXT NOT NULL, online TEXT NOT NULL,
    minutes REAL NOT NULL, place INTEGER NOT NULL, closed INTEGER NOT NULL, spoken TEXT NOT NULL
, materials_en TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO "services" VALUES('tax','税务申报','Tax','A','ordinary','税务','','[]','["身份证","申报表"]','',8.0,0,0,'','["ID card","tax return"]');
INSERT INTO "services" VALUES('social','社会保险登记','Social insurance','B','ordinary','社保','','[]','[]','',8.0,1,0,'','[]');
INSERT INTO "services" VALUES('estate','不动产转移登记','Title transfer','C','complex','','','[]','["合同"]','',20.0,2,0,'','[]');
INSERT INTO "services" VALUES('new','新业务','','D','ordinary','','','[]','[]','',8.0,3,0,'','[]');
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL, staff TEXT NOT NULL, csrf TEXT NOT NULL, "window" TEXT, made_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;
INSERT INTO "settings" VALUES('plans','{"items":[{"id":"peak","name":"月末高峰","notice":{"text":"月末高峰","text_en":"Busy days"},"open":["A12"],"people":[{"name":"甲","window":"A12"}],"services":["tax"]}]}');
INSERT INTO "settings" VALUES('look','{"address":"示例路1号","address_en":"1 Example Road"}');
INSERT INTO "settings" VALUES('neighbours','{"items":[{"address":"桃源路","code":"33100200000002","name":"桃源大厅","name_en":"Taoyuan Hall"}]}');
INSERT INTO "settings" VALUES('plans_active','{"peak":{"by":"manager","since":1795140780000}}');
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
INSERT INTO "tickets" VALUES('owzbajp5mmz2mxen','33100200000001-20261120-0001','2026-11-20','A001',1,'A','tax','ordinary',NULL,'kiosk','waiting',1795140000000,1795140000000,1795140000000,1800,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,'zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[]');
INSERT INTO "tickets" VALUES('o42h5w2wfgoohv6x','33100200000001-20261120-0002','2026-11-20','B001',2,'B','social','ordinary',NULL,'kiosk','waiting',1795140120000,1795140120000,1795140120000,1800,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,'zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[]');
INSERT INTO "tickets" VALUES('rfi6sedqnm2wotol','33100200000001-20261120-0003','2026-11-20','A002',3,'A','tax','ordinary',NULL,'kiosk','waiting',1795140240000,1795140240000,1795140240000,1800,NULL,NULL,NULL,0,0,NULL,NULL,NULL,NULL,'zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[]');
INSERT INTO "tickets" VALUES('ta77hjkrjsar3uyu','33100200000001-20261120-0004','2026-11-20','A003',4,'A','tax','ordinary',NULL,'kiosk','called',1795140360000,1795140360000,1795140360000,1800,'2',NULL,NULL,1,0,1795140780000,NULL,NULL,NULL,'zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[]');
INSERT INTO "tickets" VALUES('tnrjxdqmrxjnpvrd','33100200000001-20261120-0005','2026-11-20','LA001',5,'LA','tax','green','elderly','desk','done',1795140480000,1795140480000,1795140480000,600,'1',NULL,NULL,2,0,1795140480000,1795140480000,1795140780000,'done','zh',0,NULL,NULL,NULL,NULL,NULL,'[]','[{"called_at":1795140480000,"clerk":null,"finished_at":1795140780000,"line_at":1795140480000,"outcome":"done","service":"tax","started_at":1795140480000,"window":"1"}]');
CREATE TABLE tokens (
    id TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, "window" TEXT, name TEXT NOT NULL, made_at INTEGER NOT NULL, revoked_at INTEGER
) STRICT;
CREATE TABLE visitors (
    ticket TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, id_hash TEXT NOT NULL, id_last4 TEXT NOT NULL, card TEXT NOT NULL,
    phone_hash TEXT NOT NULL, phone TEXT NOT NULL, at INTEGER NOT NULL
, reach TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE windows (
    no TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, type TEXT NOT NULL, services TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, clerk TEXT, since INTEGER NOT NULL, place INTEGER NOT NULL, zone TEXT NOT NULL
) STRICT;
INSERT INTO "windows" VALUES('1','','Window one','综合','["tax","social"]','open','',NULL,1795140000000,0,'');
INSERT INTO "windows" VALUES('2','','Desk two','综合','["tax"]','open','',NULL,1795140000000,1,'');
INSERT INTO "windows" VALUES('A12','A12号窗口','','综合','["tax","social","estate"]','open','',NULL,1795140780000,2,'');
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
