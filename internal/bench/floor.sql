-- Tables of the same fields and indexes as the journal and the vault, for measuring the floor.
-- BLOB is bytea on PostgreSQL; on SQLite the tables are without rowid, as the journal's are.

-- name: Event
create table floor_event (station text, seq bigint, stream text, version bigint, kind text, happened_at bigint, recorded_at bigint, actor text, on_behalf text, act text, data text, seals text, hash BLOB, primary key (station, seq));

-- name: EventStream
create unique index floor_event_stream on floor_event (station, stream, version);

-- name: Act
create table floor_act (station text, key text, digest BLOB, first_seq bigint, last_seq bigint, answer text, primary key (station, key));

-- name: Claim
create table floor_claim (station text, space text, value text, holder text, primary key (station, space, value));

-- name: Key
create table floor_key (station text, subject text, wrapped BLOB, primary key (station, subject));

-- name: Text
create table floor_text (station text, subject text, field text, version bigint, sealed BLOB, primary key (station, subject, field, version));
