-- Who is signed in. Only the hash of a token is kept; times are microseconds since 1970.

-- name: MakeSession
create table if not exists web_session (
  hash text primary key,
  station text not null,
  person text not null,
  stage text not null,
  factor integer not null,
  agent text not null,
  made_at bigint not null,
  seen_at bigint not null
);

-- name: MakeSessionIndex
create index if not exists web_session_person on web_session (station, person);

-- name: OpenSession
insert into web_session (hash, station, person, stage, factor, agent, made_at, seen_at) values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: FindSession
select hash, station, person, stage, factor, agent, made_at, seen_at from web_session where hash = $1;

-- name: TouchSession
update web_session set seen_at = $1 where hash = $2;

-- name: CloseSession
delete from web_session where hash = $1;

-- name: CloseOtherSessions
delete from web_session where station = $1 and person = $2 and hash <> $3;

-- name: SessionsOf
select hash, station, person, stage, factor, agent, made_at, seen_at from web_session where station = $1 and person = $2 order by seen_at desc, hash;

-- name: PurgeSessions
delete from web_session where seen_at < $1 or made_at < $2;
