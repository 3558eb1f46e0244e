-- Where the relay is in each station's journal, and the streams of a station that a transfer from another one led to. Both can be
-- deleted together at any time: read from the beginning, the journals give them back and nothing is passed on twice.

-- name: MakePosition
create table if not exists relay_position (
  station text not null primary key,
  seq bigint not null
);

-- name: MakeWatch
create table if not exists relay_watch (
  station text not null,
  stream text not null,
  source text not null,
  primary key (station, stream, source)
);

-- name: Position
select seq from relay_position where station = $1;

-- name: Move
insert into relay_position (station, seq) values ($1, $2)
on conflict (station) do update set seq = excluded.seq;

-- name: Watch
insert into relay_watch (station, stream, source) values ($1, $2, $3)
on conflict (station, stream, source) do nothing;

-- name: Sources
select source from relay_watch where station = $1 and stream = $2 order by source;
