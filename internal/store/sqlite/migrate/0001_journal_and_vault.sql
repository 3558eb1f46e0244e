-- +goose Up
create table journal_event (
  station text not null,
  seq integer not null,
  stream text not null,
  version integer not null,
  kind text not null,
  happened_at integer not null, -- microseconds, UTC
  recorded_at integer not null,
  actor text not null,
  on_behalf text not null,
  act text not null,
  data text not null,
  seals text not null,
  hash blob not null,
  primary key (station, seq)
) without rowid;
create unique index journal_event_stream on journal_event (station, stream, version);

create table journal_head (
  station text primary key,
  seq integer not null,
  hash blob not null
) without rowid;

create table journal_act (
  station text not null,
  key text not null,
  digest blob not null,
  first_seq integer not null,
  last_seq integer not null,
  answer text not null,
  primary key (station, key)
) without rowid;

create table journal_claim (
  station text not null,
  space text not null,
  value text not null,
  holder text not null,
  primary key (station, space, value)
) without rowid;

-- The vault. Destroying the row of vault_key erases every text of that subject.
create table vault_key (
  station text not null,
  subject text not null,
  wrapped blob not null,
  primary key (station, subject)
) without rowid;

create table vault_text (
  station text not null,
  subject text not null,
  field text not null,
  version integer not null,
  sealed blob not null,
  primary key (station, subject, field, version)
) without rowid;
