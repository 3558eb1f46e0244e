//go:build unix

package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// serverUser is the one the server runs as when we are root, whom PostgreSQL refuses.
func serverUser() (uid, gid int, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ = strconv.Atoi(u.Uid)
		gid, _ = strconv.Atoi(u.Gid)
		return uid, gid, nil
	}
	return 0, 0, errors.New("running as root, and there is neither a user postgres nor nobody to run PostgreSQL as")
}

// giveAway makes the server's user the owner of dir, and lets it pass through the temporary folders above it.
func giveAway(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, err := serverUser()
	if err != nil {
		return err
	}
	top := filepath.Clean(os.TempDir())
	for up := filepath.Dir(dir); strings.HasPrefix(up, top+string(filepath.Separator)); up = filepath.Dir(up) {
		if err := os.Chmod(up, 0o711); err != nil {
			return err
		}
	}
	return os.Chown(dir, uid, gid)
}

// unprivileged puts the command in a group of its own too, so that a Ctrl-C at the terminal leaves the keeper to tidy up.
func unprivileged(c *exec.Cmd) error {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, err := serverUser()
	c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return err
}
