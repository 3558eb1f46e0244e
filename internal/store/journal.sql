-- name: LockHead
-- The row of the station is locked until the commit, so that seq order is commit order on every engine.
insert into journal_head (station, seq, hash) values ($1, 0, $2)
on conflict (station) do update set seq = journal_head.seq returning seq, hash;

-- name: MoveHead
update journal_head set seq = $2, hash = $3 where station = $1;

-- name: Head
select seq, hash from journal_head where station = $1;

-- name: ReadAfter
select station, seq, stream, version, kind, happened_at, recorded_at, actor, on_behalf, act, data, seals, hash
from journal_event where station = $1 and seq > $2 order by seq limit $3;

-- name: ReadStream
select station, seq, stream, version, kind, happened_at, recorded_at, actor, on_behalf, act, data, seals, hash
from journal_event where station = $1 and stream = $2 and version > $3 order by version;

-- name: Recall
select first_seq, last_seq, answer, digest from journal_act where station = $1 and key = $2;

-- name: Holder
select holder from journal_claim where station = $1 and space = $2 and value = $3;

-- name: OpenText
select t.sealed, k.wrapped from vault_text t join vault_key k on k.station = t.station and k.subject = t.subject
where t.station = $1 and t.subject = $2 and t.field = $3 and t.version = $4;

-- name: OpenKey
select wrapped from vault_key where station = $1 and subject = $2;

-- name: AnyKey
select subject, wrapped from vault_key where station = $1 order by subject limit 1;

-- name: EraseTexts
delete from vault_text where station = $1 and subject = $2;

-- name: EraseKey
delete from vault_key where station = $1 and subject = $2;

-- name: Stations
select station from journal_head order by station;
