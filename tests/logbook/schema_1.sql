BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
) STRICT;
INSERT INTO "_sqlite_migrations" VALUES(1,'striplog','logbook','2026-01-10 18:26:52.658667+00:00');
CREATE TABLE alias (
        kind text not null check (kind in ('drug', 'target')),
        word text not null,
        name text not null,
        primary key (kind, word, name)
    ) strict
    ;
INSERT INTO "alias" VALUES('drug','dope','down');
INSERT INTO "alias" VALUES('drug','dope','heroin');
INSERT INTO "alias" VALUES('drug','dope','methamphetamine');
INSERT INTO "alias" VALUES('drug','speed','methamphetamine');
INSERT INTO "alias" VALUES('drug','speed','amphetamine');
INSERT INTO "alias" VALUES('drug','crystal','methamphetamine');
INSERT INTO "alias" VALUES('drug','crystal','mdma');
INSERT INTO "alias" VALUES('drug','rock candy','methamphetamine');
INSERT INTO "alias" VALUES('drug','rock candy','crack cocaine');
INSERT INTO "alias" VALUES('drug','e','mdma');
INSERT INTO "alias" VALUES('drug','e','mda');
INSERT INTO "alias" VALUES('drug','x','mdma');
INSERT INTO "alias" VALUES('drug','x','alprazolam');
INSERT INTO "alias" VALUES('drug','k','ketamine');
INSERT INTO "alias" VALUES('drug','k','hydromorphone');
INSERT INTO "alias" VALUES('drug','g','ghb');
INSERT INTO "alias" VALUES('drug','g','gbl');
INSERT INTO "alias" VALUES('drug','unknown opioid','down');
INSERT INTO "alias" VALUES('drug','down (unknown opioid)','down');
INSERT INTO "alias" VALUES('drug','benzo dope','down');
INSERT INTO "alias" VALUES('drug','fent','fentanyl');
INSERT INTO "alias" VALUES('drug','fetty','fentanyl');
INSERT INTO "alias" VALUES('drug','oxy','oxycodone');
INSERT INTO "alias" VALUES('drug','blues','oxycodone');
INSERT INTO "alias" VALUES('drug','m30','oxycodone');
INSERT INTO "alias" VALUES('drug','dilaudid','hydromorphone');
INSERT INTO "alias" VALUES('drug','dillies','hydromorphone');
INSERT INTO "alias" VALUES('drug','crack','crack cocaine');
INSERT INTO "alias" VALUES('drug','rock','crack cocaine');
INSERT INTO "alias" VALUES('drug','cocaine base','crack cocaine');
INSERT INTO "alias" VALUES('drug','meth','methamphetamine');
INSERT INTO "alias" VALUES('drug','crystal meth','methamphetamine');
INSERT INTO "alias" VALUES('drug','jib','methamphetamine');
INSERT INTO "alias" VALUES('drug','ice','methamphetamine');
INSERT INTO "alias" VALUES('drug','tina','methamphetamine');
INSERT INTO "alias" VALUES('drug','shard','methamphetamine');
INSERT INTO "alias" VALUES('drug','molly','mdma');
INSERT INTO "alias" VALUES('drug','ecstasy','mdma');
INSERT INTO "alias" VALUES('drug','benzo','benzodiazepine');
INSERT INTO "alias" VALUES('drug','benzos','benzodiazepine');
INSERT INTO "alias" VALUES('drug','xanax','alprazolam');
INSERT INTO "alias" VALUES('drug','ket','ketamine');
INSERT INTO "alias" VALUES('drug','special k','ketamine');
INSERT INTO "alias" VALUES('drug','acid','lsd');
INSERT INTO "alias" VALUES('drug','mushrooms','psilocybin');
INSERT INTO "alias" VALUES('target','fent','fentanyl');
INSERT INTO "alias" VALUES('target','fts','fentanyl');
INSERT INTO "alias" VALUES('target','fyl','fentanyl');
INSERT INTO "alias" VALUES('target','benzo','benzodiazepine');
INSERT INTO "alias" VALUES('target','benzos','benzodiazepine');
INSERT INTO "alias" VALUES('target','bzo','benzodiazepine');
INSERT INTO "alias" VALUES('target','bts','benzodiazepine');
INSERT INTO "alias" VALUES('target','xyl','xylazine');
INSERT INTO "alias" VALUES('target','xts','xylazine');
INSERT INTO "alias" VALUES('target','tranq','xylazine');
INSERT INTO "alias" VALUES('target','nit','nitazene');
INSERT INTO "alias" VALUES('target','nts','nitazene');
INSERT INTO "alias" VALUES('target','med','medetomidine');
INSERT INTO "alias" VALUES('target','mts','medetomidine');
INSERT INTO "alias" VALUES('drug','blow','snow');
INSERT INTO "alias" VALUES('drug','bromaz','bromazolam');
INSERT INTO "alias" VALUES('drug','cocaine','snow');
INSERT INTO "alias" VALUES('drug','cocaine hcl','snow');
INSERT INTO "alias" VALUES('drug','coke','snow');
INSERT INTO "alias" VALUES('drug','powder','snow');
INSERT INTO "alias" VALUES('drug','powder','heroin');
INSERT INTO "alias" VALUES('drug','powder','ketamine');
INSERT INTO "alias" VALUES('drug','powder cocaine','snow');
INSERT INTO "alias" VALUES('drug','side','methamphetamine');
INSERT INTO "alias" VALUES('drug','side','snow');
INSERT INTO "alias" VALUES('drug','up','snow');
INSERT INTO "alias" VALUES('drug','up','crack cocaine');
INSERT INTO "alias" VALUES('drug','up','methamphetamine');
CREATE TABLE amendment (
    seq integer primary key,
    change integer not null references change (seq),
    subject text not null,
    name text not null,
    before text,
    after text
) strict
;
INSERT INTO "amendment" VALUES(1,2,'purged','2024-02 benzodiazepine negative','1',NULL);
INSERT INTO "amendment" VALUES(2,2,'purged','2024-02 fentanyl positive','1',NULL);
INSERT INTO "amendment" VALUES(3,2,'setting','kept since',NULL,'2025-01-01');
INSERT INTO "amendment" VALUES(4,2,'setting','numbered',NULL,'2');
INSERT INTO "amendment" VALUES(5,3,'setting','name',NULL,'Insite van');
INSERT INTO "amendment" VALUES(6,4,'setting','site',NULL,'Insite');
INSERT INTO "amendment" VALUES(7,13,'drug','bromazolam',NULL,'depressant');
INSERT INTO "amendment" VALUES(8,13,'drug word','bromaz',NULL,'bromazolam');
INSERT INTO "amendment" VALUES(9,14,'drug','cocaine','stimulant',NULL);
INSERT INTO "amendment" VALUES(10,14,'drug','snow',NULL,'stimulant');
INSERT INTO "amendment" VALUES(11,14,'drug word','side','methamphetamine
cocaine','methamphetamine
snow');
INSERT INTO "amendment" VALUES(12,14,'drug word','up','cocaine
crack cocaine
methamphetamine','snow
crack cocaine
methamphetamine');
INSERT INTO "amendment" VALUES(13,14,'drug word','powder','cocaine
heroin
ketamine','snow
heroin
ketamine');
INSERT INTO "amendment" VALUES(14,14,'drug word','coke','cocaine','snow');
INSERT INTO "amendment" VALUES(15,14,'drug word','blow','cocaine','snow');
INSERT INTO "amendment" VALUES(16,14,'drug word','powder cocaine','cocaine','snow');
INSERT INTO "amendment" VALUES(17,14,'drug word','cocaine hcl','cocaine','snow');
INSERT INTO "amendment" VALUES(18,14,'drug word','cocaine',NULL,'snow');
CREATE TABLE change (
    seq integer primary key,
    id text not null unique,
    stamp text not null,
    origin text not null,
    command text not null,
    reason text,
    undoes integer references change (seq)
) strict
;
INSERT INTO "change" VALUES(1,'01a22db5-b474-797f-a6c4-5fa84a2fbec8','2026-01-10T18:26:52.660Z-0000','64ec84908c049a57','add',NULL,NULL);
INSERT INTO "change" VALUES(2,'01a22db5-b5c4-7dee-b352-bb9c399ec809','2026-01-10T18:26:52.996Z-0000','64ec84908c049a57','purge','tests from before 2025-01-01',NULL);
INSERT INTO "change" VALUES(3,'01a22db5-b651-7389-b750-6ee4f7640dfe','2026-01-10T18:26:53.137Z-0000','64ec84908c049a57','config set',NULL,NULL);
INSERT INTO "change" VALUES(4,'01a22db5-b930-7070-b475-463fe0b15c29','2026-01-10T18:26:53.872Z-0000','64ec84908c049a57','config set',NULL,NULL);
INSERT INTO "change" VALUES(5,'01a22db5-ba0d-784b-aacc-e02a976548b0','2026-01-10T18:26:54.093Z-0000','64ec84908c049a57','add',NULL,NULL);
INSERT INTO "change" VALUES(6,'01a22db5-bab7-79e9-b656-d738e8570824','2026-01-10T18:26:54.263Z-0000','64ec84908c049a57','add',NULL,NULL);
INSERT INTO "change" VALUES(7,'01a22db5-bbfa-7ea7-b9a6-418b0d81d410','2026-01-10T18:26:54.586Z-0000','64ec84908c049a57','add',NULL,NULL);
INSERT INTO "change" VALUES(8,'01a22db5-bca3-75f0-a6a3-3bc1e439f0e4','2026-01-10T18:26:54.755Z-0000','64ec84908c049a57','edit',NULL,NULL);
INSERT INTO "change" VALUES(9,'01a22db5-bd43-7d95-8313-358c2deac8ea','2026-01-10T18:26:54.915Z-0000','64ec84908c049a57','void','typed twice',NULL);
INSERT INTO "change" VALUES(10,'01a22db5-be78-7b07-884f-108096784335','2026-01-10T18:26:55.224Z-0000','64ec84908c049a57','add',NULL,NULL);
INSERT INTO "change" VALUES(11,'01a22db5-bf69-7e6e-b7ad-9bd516882f16','2026-01-10T18:26:55.465Z-0000','64ec84908c049a57','undo','undo of add',10);
INSERT INTO "change" VALUES(12,'01a22db5-c06f-7f50-83f8-8d43f69103d0','2026-01-10T18:26:55.727Z-0000','64ec84908c049a57','import',NULL,NULL);
INSERT INTO "change" VALUES(13,'01a22db5-c116-703a-a55d-596cc732d88b','2026-01-10T18:26:55.894Z-0000','64ec84908c049a57','vocab add',NULL,NULL);
INSERT INTO "change" VALUES(14,'01a22db5-c1b2-7388-bed6-c0b866279d11','2026-01-10T18:26:56.050Z-0000','64ec84908c049a57','vocab rename',NULL,NULL);
INSERT INTO "change" VALUES(15,'01a22db5-c2b7-7d27-a8dd-4ef4929e721f','2026-01-10T18:26:56.311Z-0000','f922ffe4be774f43','add',NULL,NULL);
INSERT INTO "change" VALUES(16,'01a22db5-c31f-79b7-9fac-e03f8836d765','2026-01-10T18:26:56.415Z-0000','f922ffe4be774f43','edit',NULL,NULL);
INSERT INTO "change" VALUES(17,'01a22db5-c38f-7608-8f57-cfe0a756622c','2026-01-10T18:26:56.527Z-0000','f922ffe4be774f43','config set',NULL,NULL);
INSERT INTO "change" VALUES(18,'01a22db5-c505-7af3-9c5a-603777bce020','2026-01-10T18:26:56.901Z-0000','64ec84908c049a57','add',NULL,NULL);
CREATE TABLE drug (
        name text primary key,
        category text not null check (category in ('opioid', 'stimulant', 'depressant', 'psychedelic', 'dissociative', 'other', 'unknown'))
    ) strict
    ;
INSERT INTO "drug" VALUES('down','opioid');
INSERT INTO "drug" VALUES('heroin','opioid');
INSERT INTO "drug" VALUES('fentanyl','opioid');
INSERT INTO "drug" VALUES('oxycodone','opioid');
INSERT INTO "drug" VALUES('hydromorphone','opioid');
INSERT INTO "drug" VALUES('morphine','opioid');
INSERT INTO "drug" VALUES('codeine','opioid');
INSERT INTO "drug" VALUES('methadone','opioid');
INSERT INTO "drug" VALUES('nitazene','opioid');
INSERT INTO "drug" VALUES('carfentanil','opioid');
INSERT INTO "drug" VALUES('crack cocaine','stimulant');
INSERT INTO "drug" VALUES('methamphetamine','stimulant');
INSERT INTO "drug" VALUES('amphetamine','stimulant');
INSERT INTO "drug" VALUES('mdma','stimulant');
INSERT INTO "drug" VALUES('mda','stimulant');
INSERT INTO "drug" VALUES('mephedrone','stimulant');
INSERT INTO "drug" VALUES('benzodiazepine','depressant');
INSERT INTO "drug" VALUES('alprazolam','depressant');
INSERT INTO "drug" VALUES('etizolam','depressant');
INSERT INTO "drug" VALUES('ghb','depressant');
INSERT INTO "drug" VALUES('gbl','depressant');
INSERT INTO "drug" VALUES('xylazine','depressant');
INSERT INTO "drug" VALUES('ketamine','dissociative');
INSERT INTO "drug" VALUES('pcp','dissociative');
INSERT INTO "drug" VALUES('dxm','dissociative');
INSERT INTO "drug" VALUES('lsd','psychedelic');
INSERT INTO "drug" VALUES('2c-b','psychedelic');
INSERT INTO "drug" VALUES('dmt','psychedelic');
INSERT INTO "drug" VALUES('psilocybin','psychedelic');
INSERT INTO "drug" VALUES('mescaline','psychedelic');
INSERT INTO "drug" VALUES('other','other');
INSERT INTO "drug" VALUES('unknown','unknown');
INSERT INTO "drug" VALUES('bromazolam','depressant');
INSERT INTO "drug" VALUES('snow','stimulant');
CREATE TABLE entry (
    seq integer primary key,
    number integer not null check (number > 0),
    id text not null,
    stamp text not null,
    origin text not null,
    change integer not null references change (seq),
    live integer not null check (live in (0, 1)),
    void integer not null default 0 check (void in (0, 1)),
    reason text,
    sample text,
    tested_on text not null check (tested_on glob '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' and not (substr(tested_on, 6, 2) not between '01' and '12' or substr(tested_on, 9, 2) not between '01' and '31')),
    tested_time text check (tested_time glob '[0-2][0-9]:[0-5][0-9]'),
    site text,
    drug text,
    said text,
    target text not null,
    outcome text not null check (outcome in ('positive', 'negative', 'invalid')),
    faint integer check (faint in (0, 1)),
    brand text,
    lot text,
    expires_on text check (expires_on glob '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' and not (substr(expires_on, 6, 2) not between '01' and '12' or substr(expires_on, 9, 2) not between '01' and '31')),
    dilution text,
    form text,
    colour text,
    timing text,
    intention text,
    confirmed text check (confirmed in ('positive', 'negative')),
    method text,
    extra text check (extra glob '{*}'),
    note text
) strict
;
INSERT INTO "entry" VALUES(1,3,'01a22db5-ba0d-7d5d-8f5e-00e48cddf083','2026-01-10T18:26:54.093Z-0000','64ec84908c049a57',5,1,0,NULL,'s-rcfdhd','2026-01-02',NULL,'Insite','down','down','fentanyl','positive',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"overdose": "no"}','seen twice');
INSERT INTO "entry" VALUES(2,4,'01a22db5-ba0d-7d0c-86c5-ea8dfc91327d','2026-01-10T18:26:54.093Z-0000','64ec84908c049a57',5,1,0,NULL,'s-rcfdhd','2026-01-02',NULL,'Insite','down','down','benzodiazepine','negative',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"overdose": "no"}','seen twice');
INSERT INTO "entry" VALUES(3,5,'01a22db5-bab7-7644-bc6b-0d9e715b9b01','2026-01-10T18:26:54.263Z-0000','64ec84908c049a57',6,0,0,NULL,'A7','2026-01-03',NULL,'Powell Street','cocaine','coke','fentanyl','positive',NULL,NULL,'0012',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(4,6,'01a22db5-bbfa-76dc-95d8-39734c1e0188','2026-01-10T18:26:54.586Z-0000','64ec84908c049a57',7,0,0,NULL,NULL,'2026-01-03',NULL,'Insitte','mdma','mdma','fentanyl','invalid',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(5,6,'01a22db5-bbfa-76dc-95d8-39734c1e0188','2026-01-10T18:26:54.755Z-0000','64ec84908c049a57',8,1,0,NULL,NULL,'2026-01-03',NULL,'Insite','mdma','mdma','fentanyl','invalid',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(6,5,'01a22db5-bab7-7644-bc6b-0d9e715b9b01','2026-01-10T18:26:54.915Z-0000','64ec84908c049a57',9,0,1,'typed twice','A7','2026-01-03',NULL,'Powell Street','cocaine','coke','fentanyl','positive',NULL,NULL,'0012',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(7,7,'01a22db5-be78-7cc0-995b-a2fa63beb6dd','2026-01-10T18:26:55.224Z-0000','64ec84908c049a57',10,0,0,NULL,NULL,'2026-01-04',NULL,'Insite','down','down','fentanyl','positive',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(8,7,'01a22db5-be78-7cc0-995b-a2fa63beb6dd','2026-01-10T18:26:55.465Z-0000','64ec84908c049a57',11,0,1,'undo of add',NULL,'2026-01-04',NULL,'Insite','down','down','fentanyl','positive',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(9,8,'019b8b74-1800-7c76-8c7b-b3d5e49ef490','2026-01-10T18:26:55.727Z-0000','64ec84908c049a57',12,1,0,NULL,NULL,'2026-01-05',NULL,'Van','down','down','fentanyl','positive',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(10,9,'019b8b74-1800-7351-8bf6-f52d8ff4d2f7','2026-01-10T18:26:55.727Z-0000','64ec84908c049a57',12,0,0,NULL,NULL,'2026-01-05',NULL,'Van','cocaine','coke','fentanyl','negative',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(11,10,'019b8b74-1800-72a6-84b9-4a037289d384','2026-01-10T18:26:55.727Z-0000','64ec84908c049a57',12,0,0,NULL,NULL,'2026-01-05',NULL,'Van','cocaine','coke','fentanyl','negative',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(12,5,'01a22db5-bab7-7644-bc6b-0d9e715b9b01','2026-01-10T18:26:56.050Z-0000','64ec84908c049a57',14,0,1,NULL,'A7','2026-01-03',NULL,'Powell Street','snow','coke','fentanyl','positive',NULL,NULL,'0012',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(13,9,'019b8b74-1800-7351-8bf6-f52d8ff4d2f7','2026-01-10T18:26:56.050Z-0000','64ec84908c049a57',14,1,0,NULL,NULL,'2026-01-05',NULL,'Van','snow','coke','fentanyl','negative',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(14,10,'019b8b74-1800-72a6-84b9-4a037289d384','2026-01-10T18:26:56.050Z-0000','64ec84908c049a57',14,1,0,NULL,NULL,'2026-01-05',NULL,'Van','snow','coke','fentanyl','negative',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(15,11,'01a22db5-c2b7-77df-9c45-47416d091cb0','2026-01-10T18:26:56.311Z-0000','f922ffe4be774f43',15,0,0,NULL,NULL,'2026-01-06',NULL,'Elsewhere','down','down','fentanyl','positive',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(16,11,'01a22db5-c2b7-77df-9c45-47416d091cb0','2026-01-10T18:26:56.415Z-0000','f922ffe4be774f43',16,1,0,NULL,NULL,'2026-01-06',NULL,'Elsewhere','down','down','fentanyl','negative',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entry" VALUES(17,12,'01a22db5-c505-7b48-9b51-0fdb974ed241','2026-01-10T18:26:56.901Z-0000','64ec84908c049a57',18,1,0,NULL,'B1','2026-01-07',NULL,'Insite',NULL,NULL,'fentanyl','negative',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE setting (name text primary key, value text not null) strict;
INSERT INTO "setting" VALUES('logbook','64ec84908c049a57');
INSERT INTO "setting" VALUES('kept since','2025-01-01');
INSERT INTO "setting" VALUES('numbered','2');
INSERT INTO "setting" VALUES('name','Insite van');
INSERT INTO "setting" VALUES('site','Insite');
CREATE TABLE target (name text primary key, place integer not null) strict;
INSERT INTO "target" VALUES('fentanyl',0);
INSERT INTO "target" VALUES('benzodiazepine',1);
INSERT INTO "target" VALUES('xylazine',2);
INSERT INTO "target" VALUES('nitazene',3);
INSERT INTO "target" VALUES('medetomidine',4);
INSERT INTO "target" VALUES('mdma',5);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX entry_versions on entry (id, stamp, origin);
CREATE INDEX entry_by_drug on entry (target, drug, outcome, site, tested_on, live) where live = 1;
CREATE INDEX entry_by_day on entry (tested_on, target, outcome, drug, site, live) where live = 1;
CREATE INDEX entry_in_order on entry (tested_on, number) where live = 1;
CREATE INDEX entry_by_number on entry (number);
CREATE INDEX entry_by_change on entry (change);
CREATE INDEX change_by_undoes on change (undoes) where undoes is not null;
CREATE INDEX entry_void on entry (id) where void = 1;
CREATE INDEX entry_extra on entry (tested_on) where live = 1 and extra is not null;
CREATE TRIGGER entry_is_never_replaced before insert on entry
    when exists (select 1 from entry where seq = new.seq)
        or exists (select 1 from entry
            where id = new.id and stamp = new.stamp and origin = new.origin)
    begin select raise(ignore); end;
CREATE TRIGGER change_is_never_replaced before insert on change
    when exists (select 1 from change where seq = new.seq or id = new.id)
    begin select raise(ignore); end;
CREATE TRIGGER entry_facts_stay before update of seq, number, id, stamp, origin, change, void, reason, sample, tested_on, tested_time,
    site, drug, said, target, outcome, faint, brand, lot, expires_on, dilution, form, colour,
    timing, intention, confirmed, method, extra, note on entry
    begin select raise(abort, 'entry is append-only: a correction is a new version'); end;
CREATE TRIGGER entry_live_is_derived before update of live on entry
    when new.live <> (new.void = 0 and new.seq = (
    select seq from entry where id = new.id order by stamp desc, origin desc limit 1))
    begin select raise(abort, 'live is derived: the last version holds unless it is void'); end;
CREATE TRIGGER entry_is_born_live before insert on entry when new.live <> 1 - new.void
    begin select raise(abort, 'a version is written as live unless it is void'); end;
CREATE TRIGGER entry_holds after insert on entry
    when exists (select 1 from entry where id = new.id and seq <> new.seq)
    begin
        update entry set live = (void = 0 and seq = (
            select seq from entry where id = new.id order by stamp desc, origin desc limit 1))
        where id = new.id;
    end;
CREATE TRIGGER change_is_kept before delete on change
    begin select raise(abort, 'change is append-only'); end;
CREATE VIEW tests as
select
    number, id, tested_on, tested_time, sample, site, drug, said, category, target, outcome, faint,
    brand, lot, expires_on, dilution, form, colour, timing, intention, confirmed, method, extra,
    note
from entry left join drug on drug.name = entry.drug
where live = 1;
CREATE TRIGGER entry_is_kept before delete on entry
    begin select raise(abort, 'entry is append-only: no version is ever deleted'); end;
CREATE TRIGGER change_stays before update on change
    begin select raise(abort, 'change is append-only'); end;
COMMIT;