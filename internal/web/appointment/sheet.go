package appointment

import (
	"net/http"
	"slices"

	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/appointment"
)

// hallSheet prints the day of the windows (预约日程单): a sheet for the clerk, names in part, room to tick by hand when the power fails.
func (s Pages) hallSheet(w http.ResponseWriter, r *http.Request) error {
	l, err := s.hallTeller(r)
	if err != nil {
		return err
	}
	on, only := r.URL.Query().Get("day"), r.URL.Query().Get("window")
	if appointment.Date(on).IsZero() {
		on = appointment.Today(l.Now())
	}
	var windows []document.Facts
	for _, win := range l.Book().Windows() {
		if only != "" && only != win.Key {
			continue
		}
		day, err := s.Desk.WindowDay(l.Ctx(), l.Who().Station, appointment.Place{Window: win.Key, On: on})
		if err != nil {
			return err
		}
		f, err := l.sheetOf(day)
		if err != nil {
			return err
		}
		windows = append(windows, f)
	}
	return l.SendSheet(w, "appointment_day", document.Facts{"本所": l.Org().Name, "日期": on, "星期": l.weekday(on), "窗口": windows, "迟到": l.Book().AppointmentSettings().LateMinutes})
}

// sheetOf are the facts of one window's day: what is open, who is expected, in the order of slots.
func (l *booker) sheetOf(day *appointment.Day) (document.Facts, error) {
	win, _ := l.Book().Window(day.Window)
	visits := slices.DeleteFunc(slices.Clone(day.Visits), func(v *appointment.Visit) bool { return v.Slot < 0 || !v.Held() })
	slices.SortStableFunc(visits, func(a, b *appointment.Visit) int { return a.Slot - b.Slot })
	var texts []vault.Text
	for _, v := range visits {
		texts = append(texts, v.Name, v.Phone)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	var rows []document.Facts
	for _, v := range visits {
		note := ""
		if v.First {
			note = l.T("hall.first")
		}
		if v.Displaced {
			note = l.T("book.must_move")
		}
		rows = append(rows, document.Facts{"时间": appointment.Clock(v.Slot), "姓名": vault.MaskName(o[v.Name.Ref()]), "电话": vault.MaskPhone(o[v.Phone.Ref()]),
			"事项": l.item(v.Service), "渠道": fault.Name(l.Lang(), "bookedby."+v.Channel), "备注": note})
	}
	free, capacity := 0, 0
	for _, x := range day.Slots(win, l.Calendar()) {
		free, capacity = free+x.Room(), capacity+x.Capacity
	}
	return document.Facts{"名称": l.Name(win.Name), "预约": rows, "已约": len(rows), "空位": free, "不开": capacity == 0 && len(rows) == 0}, nil
}
