package store

import (
	"context"
	"database/sql"
	"strconv"
)

// Session is one connection of its own with its statements kept prepared. Not safe for concurrent use.
type Session struct {
	db     *sql.DB
	conn   *sql.Conn
	engine string
	stmts  map[string]*sql.Stmt
}

// NewSession takes a connection out of a pool of an engine ("sqlite" or "postgres"), for good.
func NewSession(ctx context.Context, db *sql.DB, engine string) (*Session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &Session{db, conn, engine, map[string]*sql.Stmt{}}, nil
}

// hole is how the n-th value is written in long statements: SQLite looks a numbered one up by its name each time it is bound, which
// in a statement of a thousand values costs more than writing the row.
func (s *Session) hole(n int) string {
	if s.engine == "sqlite" {
		return "?"
	}
	return "$" + strconv.Itoa(n)
}

// Close gives the connection back. Its statements go first: with one left, SQLite does not fold its log into the file at the end.
func (s *Session) Close() error {
	s.Forget()
	return s.conn.Close()
}

// Rollback ends a transaction that failed. When even that fails the connection is gone (a server started anew): another is taken.
func (s *Session) Rollback(ctx context.Context) {
	if _, err := s.conn.ExecContext(ctx, "rollback"); err == nil {
		return
	}
	_ = s.Close()
	if conn, err := s.db.Conn(ctx); err == nil {
		s.conn = conn
	}
}

// Forget drops the prepared statements: after a table was made anew they would be of the old one.
func (s *Session) Forget() {
	for _, st := range s.stmts {
		_ = st.Close()
	}
	clear(s.stmts)
}

func (s *Session) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if st, ok := s.stmts[text]; ok {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, text)
	if err == nil {
		s.stmts[text] = st
	}
	return st, err
}

// ExecContext runs a statement; without arguments it is not prepared.
func (s *Session) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if len(args) == 0 {
		return s.conn.ExecContext(ctx, text)
	}
	st, err := s.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (s *Session) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, err := s.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// Scan runs a query of one row and reads it.
func (s *Session) Scan(ctx context.Context, text string, args []any, into ...any) error {
	st, err := s.stmt(ctx, text)
	if err != nil {
		return err
	}
	return st.QueryRowContext(ctx, args...).Scan(into...)
}
