package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

var (
	// ErrKeyExposed: others than the owner may read the key file.
	ErrKeyExposed = errors.New("密钥文件可被其他用户读取")
	// ErrKeyDamaged: the key file is cut, altered or empty. It is never replaced: a new key opens nothing old.
	ErrKeyDamaged = errors.New("密钥文件已损坏")
)

const keyHead = "maplegrid station key 1"

// LoadOrMakeKey reads the station's master key from path, or makes it with rand when there is no such file; fresh
// says which. The file is text (a title, 64 hex digits, a check line), mode 0600, in a folder made with mode 0700,
// on disk before it appears under its name. Two processes starting at once get the same key. The caller keeps it
// apart from the database. Errors: ErrKeyExposed, ErrKeyDamaged, and those of the file system.
func LoadOrMakeKey(path string, rand io.Reader) (key [32]byte, fresh bool, err error) {
	key, err = loadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	if _, err = io.ReadFull(rand, key[:]); err != nil {
		return [32]byte{}, false, fmt.Errorf("make key %s: %w", path, err)
	}
	switch err = writeKey(path, key); {
	case errors.Is(err, fs.ErrExist): // another process was first
		key, err = loadKey(path)
		return key, false, err
	case err != nil:
		return [32]byte{}, false, fmt.Errorf("make key %s: %w", path, err)
	}
	return key, true, nil
}

func loadKey(path string) (key [32]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return key, fmt.Errorf("read key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return key, fmt.Errorf("read key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return key, fmt.Errorf("%w：%s 的权限是 %04o，请先执行 chmod 600 %[2]s，并考虑密钥是否已泄露", ErrKeyExposed, path, mode)
	}
	text, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return key, fmt.Errorf("read key: %w", err)
	}
	lines := strings.Fields(strings.TrimPrefix(string(text), keyHead))
	if len(lines) == 2 && strings.HasPrefix(string(text), keyHead) && lines[1] == keyCheck(lines[0]) {
		if b, err := hex.DecodeString(lines[0]); err == nil && len(b) == len(key) {
			return [32]byte(b), nil
		}
	}
	return key, fmt.Errorf("%w：%s 内容与校验行不符，请从密钥备份恢复，不要新建", ErrKeyDamaged, path)
}

// keyCheck is 32 bits of a hash: enough to see damage, nothing to guess 256 random bits by.
func keyCheck(hexKey string) string {
	sum := sha256.Sum256([]byte(keyHead + hexKey))
	return hex.EncodeToString(sum[:4])
}

// writeKey links the finished file to its name, as a rename that refuses to replace.
func writeKey(path string, key [32]byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	text := hex.EncodeToString(key[:])
	_, err = fmt.Fprintf(f, "%s\n%s\n%s\n", keyHead, text, keyCheck(text))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), path); err != nil {
		if _, there := os.Lstat(path); there == nil {
			return fs.ErrExist
		}
		if err = os.Rename(f.Name(), path); err != nil { // a file system without links
			return err
		}
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
