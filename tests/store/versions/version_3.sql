-- As version 3 wrote it. Never changed: later versions must be able to read it.
PRAGMA application_id = 1397904969;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'servizio','001_first_version','2026-11-21 19:13:15.658699+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'servizio','002_counter_keys','2026-11-21 19:13:15.659487+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'servizio','003_texts_of_customers','2026-11-21 19:13:15.670446+00:00');
CREATE TABLE calls (
        call_sid TEXT PRIMARY KEY,
        direction TEXT NOT NULL,
        status TEXT NOT NULL,
        agent TEXT,
        phone TEXT,
        order_number TEXT,
        outcome TEXT,
        cart TEXT,
        latency TEXT,
        started_at TEXT NOT NULL,
        ended_at TEXT
    );
INSERT INTO "calls" VALUES('CA1','inbound','completed',NULL,'+14155550100','1001','ordered',NULL,NULL,'2026-09-07T18:02:11.123456Z','2026-09-07T18:02:11.123456Z');
CREATE TABLE counter_keys (
            key TEXT PRIMARY KEY,
            order_id INTEGER NOT NULL REFERENCES orders (id),
            at TEXT NOT NULL
        );
INSERT INTO "counter_keys" VALUES('counter-1',2,'2026-09-07T18:02:11.123456Z');
CREATE TABLE deliveries (
        provider_sid TEXT PRIMARY KEY,
        status TEXT NOT NULL,
        rank INTEGER NOT NULL,
        error_code TEXT,
        at TEXT NOT NULL
    );
CREATE TABLE incoming_texts (
            sid TEXT PRIMARY KEY,
            phone TEXT NOT NULL,
            body TEXT NOT NULL,
            reply TEXT NOT NULL,
            order_number TEXT,
            at TEXT NOT NULL
        );
CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        order_id INTEGER REFERENCES orders (id),
        order_number TEXT,
        call_sid TEXT,
        actor TEXT,
        from_status TEXT,
        to_status TEXT,
        payload TEXT
    );
INSERT INTO "journal" VALUES(1,'call_started','2026-09-07T18:02:11.123456Z',NULL,NULL,'CA1',NULL,NULL,NULL,'{"call":{"call_sid":"CA1","direction":"inbound","status":"ringing","agent":null,"started_at":"2026-09-07T18:02:11.123456Z","ended_at":null,"from":"+14155550100","order_number":null,"outcome":null,"transcript":[],"cart":null,"latency_ms":{}}}');
INSERT INTO "journal" VALUES(2,'transcript','2026-09-07T18:02:11.123456Z',NULL,NULL,'CA1','customer',NULL,NULL,'{"call_sid":"CA1","role":"customer","text":"one taro milk tea","at":"2026-09-07T18:02:11.123456Z","heard":true,"final":true}');
INSERT INTO "journal" VALUES(3,'order_created','2026-09-07T18:02:11.123456Z',1,'1001','CA1','agent',NULL,'received','{"order":{"order_number":"1001","status":"received","phone":"+14155550100","name":"Zoë <b>O''Hara</b>","source":"phone","call_sid":"CA1","items":[{"item":"taro-milk-tea","name":"taro milk tea","quantity":1,"modifiers":[{"group":"topping","modifier":"boba","name":"boba","amount":"extra","count":2,"price":"0.75"}],"price":"7.00"}],"subtotal":"7.00","tax":"0.00","total":"7.00","fulfilment":"delivery","address":"1 Main St; DROP TABLE orders; --\"","created_at":"2026-09-07T18:02:11.123456Z","updated_at":"2026-09-07T18:02:11.123456Z","revision":1}}');
INSERT INTO "journal" VALUES(4,'call_updated','2026-09-07T18:02:11.123456Z',NULL,'1001','CA1',NULL,NULL,NULL,'{"call":{"call_sid":"CA1","direction":"inbound","status":"ringing","agent":null,"started_at":"2026-09-07T18:02:11.123456Z","ended_at":null,"from":"+14155550100","order_number":"1001","outcome":null,"transcript":[],"cart":null,"latency_ms":{}}}');
INSERT INTO "journal" VALUES(5,'call_ended','2026-09-07T18:02:11.123456Z',NULL,'1001','CA1',NULL,NULL,NULL,'{"call":{"call_sid":"CA1","direction":"inbound","status":"completed","agent":null,"started_at":"2026-09-07T18:02:11.123456Z","ended_at":"2026-09-07T18:02:11.123456Z","from":"+14155550100","order_number":"1001","outcome":"ordered","transcript":[],"cart":null,"latency_ms":{}}}');
INSERT INTO "journal" VALUES(6,'order_status_changed','2026-09-07T18:02:11.123456Z',1,'1001','CA1','staff','received','making','{"order":{"order_number":"1001","status":"making","phone":"+14155550100","name":"Zoë <b>O''Hara</b>","source":"phone","call_sid":"CA1","items":[{"item":"taro-milk-tea","name":"taro milk tea","quantity":1,"modifiers":[{"group":"topping","modifier":"boba","name":"boba","amount":"extra","count":2,"price":"0.75"}],"price":"7.00"}],"subtotal":"7.00","tax":"0.00","total":"7.00","fulfilment":"delivery","address":"1 Main St; DROP TABLE orders; --\"","created_at":"2026-09-07T18:02:11.123456Z","updated_at":"2026-09-07T18:02:11.123456Z","revision":1}}');
INSERT INTO "journal" VALUES(7,'menu_changed','2026-09-07T18:02:11.123456Z',NULL,NULL,NULL,'staff',NULL,NULL,'{"sold_out":["boba"]}');
INSERT INTO "journal" VALUES(8,'order_created','2026-09-07T18:02:11.123456Z',2,'1002',NULL,'staff',NULL,'received','{"order":{"order_number":"1002","status":"received","phone":null,"name":"Zoë <b>O''Hara</b>","source":"counter","call_sid":null,"items":[{"item":"taro-milk-tea","name":"taro milk tea","quantity":1,"modifiers":[{"group":"topping","modifier":"boba","name":"boba","amount":"extra","count":2,"price":"0.75"}],"price":"7.00"}],"subtotal":"7.00","tax":"0.00","total":"7.00","fulfilment":"delivery","address":"1 Main St; DROP TABLE orders; --\"","created_at":"2026-09-07T18:02:11.123456Z","updated_at":"2026-09-07T18:02:11.123456Z","revision":1}}');
CREATE TABLE opt_outs (phone TEXT PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE orders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL,
        status TEXT NOT NULL,
        source TEXT NOT NULL,
        phone TEXT,
        name TEXT,
        call_sid TEXT,
        fulfilment TEXT NOT NULL,
        address TEXT,
        lines TEXT NOT NULL,
        subtotal TEXT NOT NULL,
        tax TEXT NOT NULL,
        total TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        revision INTEGER NOT NULL
    );
INSERT INTO "orders" VALUES(1,'1001','making','phone','+14155550100','Zoë <b>O''Hara</b>','CA1','delivery','1 Main St; DROP TABLE orders; --"','[{"item":"taro-milk-tea","name":"taro milk tea","quantity":1,"modifiers":[{"group":"topping","modifier":"boba","name":"boba","amount":"extra","count":2,"price":"0.75"}],"price":"7.00"}]','7.00','0.00','7.00','2026-09-07T18:02:11.123456Z','2026-09-07T18:02:11.123456Z',1);
INSERT INTO "orders" VALUES(2,'1002','received','counter',NULL,'Zoë <b>O''Hara</b>',NULL,'delivery','1 Main St; DROP TABLE orders; --"','[{"item":"taro-milk-tea","name":"taro milk tea","quantity":1,"modifiers":[{"group":"topping","modifier":"boba","name":"boba","amount":"extra","count":2,"price":"0.75"}],"price":"7.00"}]','7.00','0.00','7.00','2026-09-07T18:02:11.123456Z','2026-09-07T18:02:11.123456Z',1);
CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        recipient TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT NOT NULL,
        first_attempt_at TEXT,
        lease_until TEXT,
        uncertain INTEGER NOT NULL DEFAULT 0,
        recalled INTEGER NOT NULL DEFAULT 0,
        provider_sid TEXT,
        error_code TEXT,
        error_text TEXT,
        call_sid TEXT,
        order_id INTEGER REFERENCES orders (id),
        order_number TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    , redelivered INTEGER NOT NULL DEFAULT 0);
INSERT INTO "outbox" VALUES(1,'sms','order:1:received','+14155550100','Order 1001 is received: 7.00.','pending',0,'2026-09-07T18:02:11.123456Z',NULL,NULL,0,0,NULL,NULL,NULL,'CA1',1,'1001','2026-09-07T18:02:11.123456Z','2026-09-07T18:02:11.123456Z',0);
CREATE TABLE sold_out (id TEXT PRIMARY KEY, actor TEXT NOT NULL, at TEXT NOT NULL);
INSERT INTO "sold_out" VALUES('boba','staff','2026-09-07T18:02:11.123456Z');
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE turns (
        id INTEGER PRIMARY KEY,
        call_sid TEXT NOT NULL REFERENCES calls (call_sid) ON DELETE CASCADE,
        role TEXT NOT NULL,
        text TEXT NOT NULL,
        heard INTEGER NOT NULL,
        at TEXT NOT NULL
    );
INSERT INTO "turns" VALUES(1,'CA1','customer','one taro milk tea',1,'2026-09-07T18:02:11.123456Z');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX orders_number ON orders (number);
CREATE INDEX orders_phone ON orders (phone) WHERE phone IS NOT NULL;
CREATE INDEX orders_created ON orders (created_at);
CREATE INDEX orders_updated ON orders (updated_at);
CREATE UNIQUE INDEX orders_call ON orders (call_sid) WHERE call_sid IS NOT NULL;
CREATE UNIQUE INDEX orders_open_number ON orders (number)
    WHERE status NOT IN ('picked_up', 'cancelled')
    ;
CREATE INDEX calls_started ON calls (started_at);
CREATE INDEX calls_open ON calls (call_sid) WHERE ended_at IS NULL;
CREATE INDEX turns_call ON turns (call_sid);
CREATE INDEX journal_order ON journal (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX outbox_waiting ON outbox (kind, next_attempt_at)
    WHERE state IN ('held', 'pending', 'sending')
    ;
CREATE INDEX outbox_held ON outbox (call_sid) WHERE state = 'held';
CREATE INDEX counter_keys_at ON counter_keys (at);
CREATE INDEX incoming_texts_at ON incoming_texts (at);
CREATE INDEX outbox_recipient ON outbox (recipient, next_attempt_at);
CREATE INDEX outbox_sid ON outbox (provider_sid);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('journal',8);
INSERT INTO "sqlite_sequence" VALUES('orders',2);
INSERT INTO "sqlite_sequence" VALUES('outbox',1);
COMMIT;
