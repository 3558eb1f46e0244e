package chat

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maplegrid/internal/chat/chattest"
)

func TestSettings(t *testing.T) {
	load := func(t *testing.T, text string) ([]*Chat, error) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "chats.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return Load(path)
	}
	t.Run("没有文件就是没有", func(t *testing.T) {
		if list, err := Load(filepath.Join(t.TempDir(), "chats.toml")); err != nil || list != nil {
			t.Error(list, err)
		}
	})
	good := "[[chat]]\nname = \"dongjie\"\nvendor = \"wecom\"\ngroup = \"东街网格群\"\ncell = \"c1\"\ntoken = \"t\"\naes_key = \"" + chattest.AESKey + "\"\n[chat.names]\nlimei = \"李梅\"\n\n[[chat]]\nname = \"xijie\"\nvendor = \"dingtalk\"\nsecret = \"SEC\"\n"
	t.Run("两个群", func(t *testing.T) {
		list, err := load(t, good)
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		c := list[0]
		if c.Group != "东街网格群" || c.NameOf(Heard{User: "limei"}, Line{Sender: "limei"}) != "李梅" || c.NameOf(Heard{User: "x"}, Line{Sender: "王强"}) != "王强" {
			t.Errorf("%+v", c)
		}
	})
	for name, text := range map[string]string{"名字重了": good + strings.Replace(good, "xijie", "other", 1), "名字有斜线": strings.Replace(good, "dongjie", "a/b", 1), "不认识的写法": good + "tokn = 1\n", "不认识的平台": strings.Replace(good, "wecom", "qq", 1),
		"密钥不全": strings.Replace(good, chattest.AESKey, "abc", 1), "分钟是负的": good + "minutes = -1\n", "企业微信没有 secret": strings.Replace(good, "token", "secret = \"s\"\ntoken", 1)} {
		t.Run(name, func(t *testing.T) {
			if _, err := load(t, text); err == nil {
				t.Error("该报错")
			}
		})
	}
}
