package app_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/drafts"
	"maplegrid/internal/chat"
	"maplegrid/internal/chat/chattest"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
)

// withPictures is chats.toml with the fetching of pictures on, from one place for both vendors.
func withPictures(p *chattest.Pictures) string {
	on := "pictures = true\napi = \"" + p.URL + "\"\n"
	file := strings.Replace(chatsFile, "[chat.names]", on+"[chat.names]", 1)
	return strings.Replace(file, "secret = \"SECxyz\"", "secret = \"SECxyz\"\napp_key = \"ding1\"\n"+on, 1)
}

// shot is a picture as a phone takes it, with a tag that must not stay.
func shot(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 {
		m.Set(i, i%48, color.RGBA{R: uint8(4 * i), A: 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	tag := "\xff\xe1\x00\x16Exif\x00\x00GPS 30.1 120.2"
	return append([]byte(b.String()[:2]+tag), b.Bytes()[2:]...)
}

// heard is the draft of the last message of a group.
func (h *chatHouse) heard(group string, state draft.State) drafts.Row {
	h.t.Helper()
	h.follow()
	p, err := h.Boards.Drafts.List(context.Background(), access.System(desktest.Station), state, "", 50)
	if err != nil {
		h.t.Fatal(err)
	}
	for i := len(p.Rows) - 1; i >= 0; i-- {
		if p.Rows[i].Group == group {
			return p.Rows[i]
		}
	}
	h.t.Fatalf("%s：没有草稿", group)
	return drafts.Row{}
}

func (h *chatHouse) fetch() {
	h.t.Helper()
	if err := h.FetchPictures(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *chatHouse) say(r *http.Request) {
	h.t.Helper()
	if status, answer := h.knock(r); status != 200 {
		h.t.Fatalf("%d %s", status, answer)
	}
}

func TestPicturesOfWebhooks(t *testing.T) {
	vendor := chattest.NewPictures()
	t.Cleanup(vendor.Close)
	picture := shot(t)
	vendor.Keep("code1", picture)
	data := t.TempDir()
	h := openChatHouse(t, data, desktest.Start, withPictures(vendor))
	h.cast = h.desk.Cast(t, desktest.Station)
	clock, whole := h.desk.Clock, t
	tick := func(d time.Duration) time.Time { clock.Advance(d); return clock.Now() }
	saying := func(id, words string) chattest.Said {
		return chattest.Said{ID: id, User: "u1", Name: "王强", Chat: "c", Text: words}
	}

	t.Run("钉钉：图当照片收，去掉标记，加密存，归到那一条", func(t *testing.T) {
		h.say(h.ding.Robot(tick(time.Second), saying("p1", "路灯倒了").DingTalkPictures(clock.Now(), "ding1", "code1")))
		if row := h.heard("西街网格群", draft.Waiting); len(row.Photos) != 0 || row.Pictures != 1 {
			t.Fatalf("没取以前：%+v", row)
		}
		h.fetch()
		row := h.heard("西街网格群", draft.Waiting)
		if len(row.Photos) != 1 || row.Missed != 0 {
			t.Fatalf("%+v", row)
		}
		meta, ok, err := h.Site.Blobs.Meta(context.Background(), desktest.Station, row.Photos[0])
		if err != nil || !ok || meta.Thing != "draft/"+row.ID || meta.Width != 64 || meta.Type != "image/jpeg" {
			t.Errorf("%+v %v %v", meta, ok, err)
		}
		shown, _, err := h.Site.Blobs.Get(context.Background(), desktest.Station, row.Photos[0], keep.Shown)
		if err != nil || bytes.Contains(shown, []byte("GPS")) || len(shown) == 0 {
			t.Errorf("%v %d字节", err, len(shown))
		}
		var sealed []byte
		if err := h.Engine.Blobs.Read.QueryRowContext(context.Background(), "select original from blob where id = $1", row.Photos[0]).Scan(&sealed); err != nil || bytes.Contains(sealed, picture[:40]) {
			t.Errorf("原图没有加密：%v", err)
		}
	})
	t.Run("企业微信智能机器人：加密的图", func(t *testing.T) {
		h.say(h.wecom.Request(tick(time.Second), saying("p2", "井盖没了").AIPictures(vendor.PutSealed("a", chattest.AESKey, picture), vendor.PutSealed("b", chattest.AESKey, picture))))
		h.fetch()
		if row := h.heard("东街网格群", draft.Waiting); len(row.Photos) != 2 || row.Missed != 0 {
			t.Errorf("%+v", row)
		}
	})
	t.Run("取不到的写明几张，不再要", func(t *testing.T) {
		h.say(h.wecom.Request(tick(time.Second), saying("p4", "墙裂了").RobotPictures(vendor.Put("text", []byte("不是图")), vendor.URL+"/file/gone", "https://192.168.1.1/a.jpg")))
		h.fetch()
		if row := h.heard("东街网格群", draft.Waiting); len(row.Photos) != 0 || row.Missed != 3 {
			t.Errorf("%+v", row)
		}
		asked := len(vendor.Asked())
		tick(24 * time.Hour)
		h.fetch()
		if len(vendor.Asked()) != asked {
			t.Error("还在要")
		}
	})
	t.Run("一直忙，到头就说没有取到", func(t *testing.T) {
		h.say(h.ding.Robot(tick(time.Second), saying("p5", "电线掉了").DingTalkPictures(clock.Now(), "ding1", "code1")))
		for range 7 {
			vendor.Break(1)
			h.fetch()
			tick(7 * time.Hour)
		}
		vendor.Break(0)
		h.fetch()
		if row := h.heard("西街网格群", draft.Waiting); len(row.Photos) != 0 || row.Missed != 1 {
			t.Errorf("%+v", row)
		}
	})
	t.Run("已经立了的，图跟到报事上", func(t *testing.T) {
		h.say(h.ding.Robot(tick(time.Second), saying("p6", "水管爆了").DingTalkPictures(clock.Now(), "ding1", "code1")))
		row := h.heard("西街网格群", draft.Waiting)
		h.desk.Do(t, h.cast["duty_lead"], "draft.accept", &draft.Accept{On: draft.On{Draft: row.ID}, Kind: "hazard", Title: "水管爆裂", Cell: "c2"})
		h.fetch()
		row = h.heard("西街网格群", draft.Filed)
		events, err := h.Engine.Journal.Stream(context.Background(), desktest.Station, report.Stream(row.Report), 0)
		if err != nil {
			t.Fatal(err)
		}
		r, err := report.Fold(events)
		if err != nil || len(r.Photos) != 1 || len(row.Photos) != 1 {
			t.Fatalf("%+v %v", r.Photos, err)
		}
		if meta, _, err := h.Site.Blobs.Meta(context.Background(), desktest.Station, r.Photos[0].ID); err != nil || meta.Thing != "report/"+r.ID {
			t.Errorf("%+v %v", meta, err)
		}
		h.desk.Do(t, h.cast["duty_lead"], "draft.undo", &draft.Undo{On: draft.On{Draft: row.ID}})
	})
	t.Run("平台重发，图不重收", func(t *testing.T) {
		again := saying("p7", "树倒了")
		h.say(h.ding.Robot(tick(time.Second), again.DingTalkPictures(clock.Now(), "ding1", "code1")))
		h.fetch()
		h.say(h.ding.Robot(tick(time.Second), again.DingTalkPictures(clock.Now(), "ding1", "code1")))
		h.fetch()
		if row := h.heard("西街网格群", draft.Waiting); len(row.Photos) != 1 {
			t.Errorf("%+v", row)
		}
	})
	t.Run("对方忙，隔一会再取；重启也不忘", func(t *testing.T) {
		h.say(h.ding.Robot(tick(time.Second), saying("p3", "").DingTalkPictures(clock.Now(), "ding1", "code1")))
		vendor.Break(1)
		h.fetch()
		h.fetch() // not yet
		if row := h.heard("西街网格群", draft.Waiting); len(row.Photos) != 0 {
			t.Fatalf("%+v", row)
		}
		h.follow()
		at := tick(11 * time.Second)
		if err := h.App.Close(); err != nil {
			t.Fatal(err)
		}
		h = openChatHouse(whole, data, at, withPictures(vendor))
		h.fetch()
		if row := h.heard("西街网格群", draft.Waiting); len(row.Photos) != 1 || row.Missed != 0 {
			t.Errorf("%+v", row)
		}
	})
	t.Run("一家不应，另一家的照样取", func(t *testing.T) {
		h.say(h.ding.Robot(h.desk.Clock.Now(), saying("p8", "桥栏断了").DingTalkPictures(h.desk.Clock.Now(), "ding1", "code1")))
		row := h.heard("西街网格群", draft.Waiting)
		for i := range 30 { // of the other chat, longer due
			if err := h.Site.Want(context.Background(), keep.Wanted{Station: desktest.Station, Draft: row.ID, Chat: "dongjie", Place: 10 + i, Picture: chat.Picture{URL: vendor.URL + "/file/a"}}, h.desk.Clock.Now().Add(-time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		vendor.Break(1)
		h.fetch()
		if row := h.heard("西街网格群", draft.Waiting); len(row.Photos) != 1 {
			t.Errorf("%+v", row)
		}
		vendor.Break(0)
	})
}

func TestPicturesAreOnlyCountedUntilConfigured(t *testing.T) {
	vendor := chattest.NewPictures()
	t.Cleanup(vendor.Close)
	h := openChatHouse(t, t.TempDir(), desktest.Start, chatsFile)
	h.desk.Cast(t, desktest.Station)
	said := chattest.Said{ID: "p1", User: "u", Name: "王强", Chat: "c", Text: "井盖没了"}
	h.say(h.wecom.Request(desktest.Start, said.RobotPictures(vendor.Put("a", shot(t)))))
	h.fetch()
	if row := h.heard("东街网格群", draft.Waiting); row.Pictures != 1 || len(row.Photos) != 0 || row.Missed != 0 || len(vendor.Asked()) != 0 {
		t.Errorf("%+v %q", row, vendor.Asked())
	}
}

func TestCountsOfWebhooksSurviveARestart(t *testing.T) {
	data := t.TempDir()
	h := openChatHouse(t, data, desktest.Start, chatsFile)
	h.desk.Cast(t, desktest.Station)
	h.say(h.wecom.Request(desktest.Start, chattest.Said{ID: "m1", User: "u", Text: "井盖没了"}.RobotXML()))
	h.knock(httptest.NewRequest(http.MethodPost, "/chat/dongjie", strings.NewReader("<xml><Encrypt>AA</Encrypt></xml>")))
	ctx, stop := context.WithCancel(context.Background())
	stop() // the server stops: what was counted last is kept
	h.Run(ctx)
	at := h.desk.Clock.Now()
	if err := h.App.Close(); err != nil {
		t.Fatal(err)
	}
	h = openChatHouse(t, data, at, chatsFile)
	if n := h.Site.Chats[0].Counts(); n != (chat.Counts{Heard: 1, Forged: 1}) {
		t.Errorf("%+v", n)
	}
	h.knock(httptest.NewRequest(http.MethodPost, "/chat/dongjie", strings.NewReader("<xml><Encrypt>AA</Encrypt></xml>")))
	if err := h.KeepCounts(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := h.Site.Chats[0].Counts(); n.Forged != 2 {
		t.Errorf("%+v", n)
	}
}
