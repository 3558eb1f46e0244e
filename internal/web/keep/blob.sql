-- Pictures and papers that were sent, sealed under a key of their own each. thing is what a picture was attached to,
-- "report/r_…" or "matter/m_…", and empty until then. Times are microseconds since 1970.

-- name: MakeBlob
create table if not exists blob (
  station text not null,
  id text not null,
  sender text not null,
  thing text not null,
  kind text not null,
  sum text not null,
  bytes bigint not null,
  width integer not null,
  height integer not null,
  made_at bigint not null,
  wrapped bytea not null,
  original bytea not null,
  shown bytea not null,
  thumb bytea not null,
  primary key (station, id)
);

-- name: MakeBlobIndex
create index if not exists blob_loose on blob (thing, made_at);

-- name: PutBlob
insert into blob (station, id, sender, thing, kind, sum, bytes, width, height, made_at, wrapped, original, shown, thumb)
values ($1, $2, $3, '', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: BlobMeta
select sender, thing, kind, sum, bytes, width, height, made_at from blob where station = $1 and id = $2;

-- name: BlobShown
select wrapped, shown from blob where station = $1 and id = $2;

-- name: BlobThumb
select wrapped, thumb from blob where station = $1 and id = $2;

-- name: BlobOriginal
select wrapped, original from blob where station = $1 and id = $2;

-- name: AttachBlob
update blob set thing = $3 where station = $1 and id = $2 and thing in ('', $3);

-- name: MoveBlob
update blob set thing = $3 where station = $1 and id = $2;

-- name: LooseBlobs
select station, id from blob where thing = '' and made_at < $1 order by made_at limit 200;

-- name: DropBlob
delete from blob where station = $1 and id = $2 and thing = '';

-- name: DropBlobsOf
delete from blob where station = $1 and thing = $2;
