-- +goose Up
create table journal_event (
  station text not null,
  seq bigint not null,
  stream text not null,
  version bigint not null,
  kind text not null,
  happened_at bigint not null, -- microseconds, UTC
  recorded_at bigint not null,
  actor text not null,
  on_behalf text not null,
  act text not null,
  data text not null,
  seals text not null,
  hash bytea not null,
  primary key (station, seq)
);
create unique index journal_event_stream on journal_event (station, stream, version);

create table journal_head (
  station text primary key,
  seq bigint not null,
  hash bytea not null
);

create table journal_act (
  station text not null,
  key text not null,
  digest bytea not null,
  first_seq bigint not null,
  last_seq bigint not null,
  answer text not null,
  primary key (station, key)
);

create table journal_claim (
  station text not null,
  space text not null,
  value text not null,
  holder text not null,
  primary key (station, space, value)
);

-- The vault. Destroying the row of vault_key erases every text of that subject.
create table vault_key (
  station text not null,
  subject text not null,
  wrapped bytea not null,
  primary key (station, subject)
);

create table vault_text (
  station text not null,
  subject text not null,
  field text not null,
  version bigint not null,
  sealed bytea not null,
  primary key (station, subject, field, version)
);
