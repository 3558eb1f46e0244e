-- What webhooks of group chats need beyond a restart: how many calls of each chat were taken and refused, and which pictures of
-- their messages are still to be fetched. Times are microseconds since 1970.

-- name: MakeHookCount
create table if not exists hook_count (
  station text not null,
  chat text not null,
  heard bigint not null,
  forged bigint not null,
  stale bigint not null,
  replayed bigint not null,
  too_large bigint not null,
  malformed bigint not null,
  primary key (station, chat)
);

-- name: MakeHookPicture
create table if not exists hook_picture (
  station text not null,
  draft text not null,
  place integer not null,
  chat text not null,
  tries integer not null,
  due_at bigint not null,
  wrapped bytea not null,
  sealed bytea not null,
  primary key (station, draft, place)
);

-- name: MakeHookPictureIndex
create index if not exists hook_picture_due on hook_picture (due_at);

-- name: KeepHookCount
insert into hook_count (station, chat, heard, forged, stale, replayed, too_large, malformed) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (station, chat) do update set heard = excluded.heard, forged = excluded.forged, stale = excluded.stale, replayed = excluded.replayed,
  too_large = excluded.too_large, malformed = excluded.malformed;

-- name: HookCount
select heard, forged, stale, replayed, too_large, malformed from hook_count where station = $1 and chat = $2;

-- name: WantPicture
insert into hook_picture (station, draft, place, chat, tries, due_at, wrapped, sealed) values ($1, $2, $3, $4, 0, $5, $6, $7)
on conflict (station, draft, place) do nothing;

-- name: WantedPictures
-- So many of each chat: a vendor that does not answer keeps no other waiting.
select station, draft, place, chat, tries, wrapped, sealed from (
  select station, draft, place, chat, tries, wrapped, sealed, due_at,
    row_number() over (partition by station, chat order by due_at, draft, place) as nth from hook_picture where due_at <= $1) as due
where nth <= $2 order by due_at, draft, place;

-- name: PutOffPicture
update hook_picture set tries = tries + 1, due_at = $4 where station = $1 and draft = $2 and place = $3;

-- name: DropWanted
delete from hook_picture where station = $1 and draft = $2 and place = $3;
