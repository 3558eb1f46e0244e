package matter

import (
	"strings"
	"testing"

	"maplegrid/internal/clock"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

var (
	long     = strings.Repeat("字", work.MaxWords+1)
	megabyte = strings.Repeat("a", 1<<20)
	noon     = worktest.Start.Add(3 * hour)
)

func TestVerbs(t *testing.T) {
	limits := book.Limits("tip", "planned")
	for _, c := range []struct {
		rule  string
		given []step
		by    string
		do    rule
		want  []work.Event
		code  string
	}{
		// open
		{"立项写明编号、默认级别和时限", nil, "p_2", open(Open{Kind: "tip", Title: " 井盖\n坏了 ", Words: "第一行\r\n第二行\x00", Cell: "c1"}), []work.Event{Opened{ID: "m_00001",
			Number: "260302-00001", Kind: "tip", Grade: "planned", Title: "井盖 坏了", Cell: "c1", Words: vault.Plain("m_00001", "words", "第一行\n第二行"), Limits: limits}}, ""},
		{"立项时可以同时交办", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", To: "p_1"}), []work.Event{Opened{ID: "m_00001", Number: "260302-00001",
			Kind: "tip", Grade: "planned", Title: "井盖", Cell: "c1", Limits: limits}, Assigned{To: "p_1"}}, ""},
		{"个人栏目封存，其余明存", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", Extra: map[string]string{"sum": "300", "wish": "赔钱"}}), []work.Event{Opened{ID: "m_00001",
			Number: "260302-00001", Kind: "tip", Grade: "planned", Title: "井盖", Cell: "c1", Extra: map[string]string{"sum": "300"},
			Sealed: map[string]vault.Text{"wish": vault.Plain("m_00001", "x.wish", "赔钱")}, Limits: limits}}, ""},
		{"没有的栏目不收", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", Extra: map[string]string{"x": "1"}}), nil, "form.unknown_field"},
		{"没有的类别不收", nil, "p_2", open(Open{Kind: "no", Title: "井盖", Cell: "c1"}), nil, "matter.unknown_kind"},
		{"没有的级别不收", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", Grade: "no"}), nil, "matter.unknown_grade"},
		{"没有的网格不收", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c9"}), nil, "form.unknown_cell"},
		{"立项不能交给不在岗的人", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", To: "ghost"}), nil, "form.unknown_person"},
		{"标题必填，空白不算", nil, "p_2", open(Open{Kind: "tip", Title: " \u202e\x07 ", Cell: "c1"}), nil, "form.required"},
		{"标题最多80字", nil, "p_2", open(Open{Kind: "tip", Title: strings.Repeat("字", 81), Cell: "c1"}), nil, "form.too_long"},
		{"内容最多两万字", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", Words: long}), nil, "form.too_long"},
		{"一兆字节的内容不收", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", Words: megabyte}), nil, "form.too_long"},
		{"一兆字节的地点不收", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", Place: megabyte}), nil, "form.too_long"},
		{"地图外的位置不收", nil, "p_2", open(Open{Kind: "tip", Title: "井盖", Cell: "c1", Lon: 181}), nil, "form.position"},

		// assign, acknowledge, start
		{"交办给一个人", opened, "p_lead", does(Matter.Assign, Assign{To: "p_1", Note: "急"}), []work.Event{Assigned{"p_1", text("note", "急")}}, ""},
		{"不能再交给原承办人", assigned, "p_lead", does(Matter.Assign, Assign{To: "p_1"}), nil, "matter.already_handler"},
		{"不能交给不在岗的人", opened, "p_lead", does(Matter.Assign, Assign{To: "ghost"}), nil, "form.unknown_person"},
		{"只有承办人能签收", assigned, "p_2", does(Matter.Acknowledge, Acknowledge{}), nil, "matter.only_handler"},
		{"承办人签收", assigned, "p_1", does(Matter.Acknowledge, Acknowledge{}), []work.Event{Acknowledged{}}, ""},
		{"只有承办人能开始处置", inHand, "p_lead", does(Matter.Start, Start{}), nil, "matter.only_handler"},
		{"开始处置可以写一句", inHand, "p_1", does(Matter.Start, Start{Note: "出发"}), []work.Event{Started{text("note", "出发")}}, ""},

		// note, visit
		{"记事不能空", underWay, "p_1", does(Matter.Note, Note{Words: "\u2028 \x01"}), nil, "form.required"},
		{"记事一次最多六张照片", underWay, "p_1", does(Matter.Note, Note{Words: "看", Photos: make([]string, 7)}), nil, "form.too_many_photos"},
		{"照片编号不能是长文", underWay, "p_1", does(Matter.Note, Note{Words: "看", Photos: []string{megabyte}}), nil, "form.too_long"},
		{"记事带照片", underWay, "p_2", does(Matter.Note, Note{Words: "看过", Photos: []string{"f1"}}), []work.Event{Noted{text("note", "看过"), []Attachment{{ID: "f1"}}}}, ""},
		{"走访写明时间和同去的人", underWay, "p_1", does(Matter.Visit, Visit{At: noon, Place: "一号院", With: []string{"p_2"}, Words: "见到了", Next: "明天再来"}),
			[]work.Event{Visited{At: noon, Place: "一号院", With: []string{"p_2"}, Words: text("visit", "见到了"), Next: "明天再来"}}, ""},
		{"走访不能在将来", underWay, "p_1", does(Matter.Visit, Visit{At: noon.Add(3 * hour), Words: "见到了"}), nil, "form.future"},
		{"走访须有时间", underWay, "p_1", does(Matter.Visit, Visit{Words: "见到了"}), nil, "form.future"},
		{"走访不能早于立项", underWay, "p_1", does(Matter.Visit, Visit{At: worktest.Start.Add(-hour), Words: "见到了"}), nil, "matter.visit_before_opening"},
		{"同去的人须在岗", underWay, "p_1", does(Matter.Visit, Visit{At: noon, Words: "见到了", With: []string{"ghost"}}), nil, "form.unknown_person"},
		{"同去的人不能成百上千", underWay, "p_1", does(Matter.Visit, Visit{At: noon, Words: "见到了", With: make([]string, 51)}), nil, "form.too_many"},

		// pause, resume, extend
		{"暂停理由须在名单里", underWay, "p_1", does(Matter.Pause, Pause{Reason: "lunch"}), nil, "form.unknown_reason"},
		{"停表的理由停表", underWay, "p_1", does(Matter.Pause, Pause{Reason: "appraisal"}), []work.Event{PausedFor{Reason: "appraisal", StopsClock: true}}, ""},
		{"不停表的理由不停表", underWay, "p_1", does(Matter.Pause, Pause{Reason: "await_party"}), []work.Event{PausedFor{Reason: "await_party"}}, ""},
		{"恢复", paused, "p_1", does(Matter.Resume, Resume{Note: "结果来了"}), []work.Event{Resumed{text("note", "结果来了")}}, ""},
		{"延期按时限的单位数", underWay, "p_1", does(Matter.Extend, Extend{Limit: "finish", Days: 5, Reason: "等"}), []work.Event{ExtensionAsked{"finish", clock.Extension{Amount: 5, Unit: clock.Workdays}, text("reason", "等"), nil}}, ""},
		{"小时的时限按日延", underWay, "p_1", does(Matter.Extend, Extend{Limit: "contact", Days: 1, Reason: "等"}), []work.Event{ExtensionAsked{"contact", clock.Extension{Amount: 1, Unit: clock.Days}, text("reason", "等"), nil}}, ""},
		{"延期不能是零天", underWay, "p_1", does(Matter.Extend, Extend{Limit: "finish", Reason: "等"}), nil, "matter.extension_days"},
		{"延期不能超过六十天", underWay, "p_1", does(Matter.Extend, Extend{Limit: "finish", Days: 61, Reason: "等"}), nil, "matter.extension_days"},
		{"延期要有理由", underWay, "p_1", does(Matter.Extend, Extend{Limit: "finish", Days: 5}), nil, "form.required"},
		{"没有的时限不能延", underWay, "p_1", does(Matter.Extend, Extend{Limit: "no", Days: 5, Reason: "等"}), nil, "matter.unknown_limit"},
		{"前一次没批复不能再申请", asked, "p_1", does(Matter.Extend, Extend{Limit: "finish", Days: 5, Reason: "等"}), nil, "matter.extension_waiting"},
		{"自己申请的延期不能自己批", asked, "p_1", does(Matter.DecideExtension, DecideExtension{Grant: true}), nil, "matter.own_extension"},
		{"领导批延期", asked, "p_lead", does(Matter.DecideExtension, DecideExtension{Grant: true, Note: "行"}), []work.Event{ExtensionDecided{true, text("note", "行")}}, ""},
		{"批过的不能再批", given(asked, []step{by("p_lead", ExtensionDecided{})}), "p_lead", does(Matter.DecideExtension, DecideExtension{Grant: true}), nil, "matter.no_extension_waiting"},
		{"没有申请不能批", underWay, "p_lead", does(Matter.DecideExtension, DecideExtension{Grant: true}), nil, "matter.no_extension_waiting"},
		{"并走的事项不能批延期", given(asked, []step{by("p_lead", MergedInto{Into: "m2"})}), "p_lead", does(Matter.DecideExtension, DecideExtension{Grant: true}), nil, "matter.merged_away"},

		// transfer, take, send back
		{"转办要有去处", underWay, "p_1", does(Matter.Transfer, Transfer{Reason: "x"}), nil, "matter.transfer_one_place"},
		{"转办只能去一处", underWay, "p_1", does(Matter.Transfer, Transfer{ToCell: "c2", ToBody: "food", Reason: "x"}), nil, "matter.transfer_one_place"},
		{"不能转给本网格", underWay, "p_1", does(Matter.Transfer, Transfer{ToCell: "c1", Reason: "x"}), nil, "matter.same_cell"},
		{"不能转给没有的网格", underWay, "p_1", does(Matter.Transfer, Transfer{ToCell: "c9", Reason: "x"}), nil, "form.unknown_cell"},
		{"不能转给没有的单位", underWay, "p_1", does(Matter.Transfer, Transfer{ToBody: "no", Reason: "x"}), nil, "form.unknown_body"},
		{"转办要有理由", underWay, "p_1", does(Matter.Transfer, Transfer{ToCell: "c2"}), nil, "form.required"},
		{"接收网格的人成为承办人", toCell, "p_3", does(Matter.Take, Take{}), []work.Event{Taken{Handler: "p_3"}}, ""},
		{"转出的人不能自己接收", toCell, "p_1", does(Matter.Take, Take{}), nil, "matter.take_own_transfer"},
		{"外单位接收记下文号", toBody, "p_1", does(Matter.Take, Take{Reference: "3号"}), []work.Event{Taken{Body: "food", Reference: "3号"}}, ""},
		{"不能转给没有的派出所", underWay, "p_1", does(Matter.Transfer, Transfer{ToStation: "s9", Reason: "x"}), nil, "form.unknown_station"},
		{"转给派出所就不能再转网格", underWay, "p_1", does(Matter.Transfer, Transfer{ToCell: "c2", ToStation: "s2", Reason: "x"}), nil, "matter.transfer_one_place"},
		{"转给另一个派出所", underWay, "p_1", does(Matter.Transfer, Transfer{ToStation: "s2", Reason: "在那边"}), []work.Event{TransferredTo{ToStation: "s2", Reason: text("reason", "在那边")}}, ""},
		{"对方所的签收只由程序记下", toStation, "", does(Matter.Take, Take{Reference: "260302-00007"}), []work.Event{Taken{Station: "s2", Reference: "260302-00007"}}, ""},
		{"没有人能替对方所签收", toStation, "p_3", does(Matter.Take, Take{}), nil, "matter.take_by_station"},
		{"退回理由须在名单里", inHand, "p_1", does(Matter.SendBack, SendBack{Reason: "lazy", Words: "x"}), nil, "form.unknown_reason"},
		{"退回要写明情况", inHand, "p_1", does(Matter.SendBack, SendBack{Reason: "wrong_cell"}), nil, "form.required"},

		// outcome, verify, close, follow up, reopen
		{"只有承办人能报结果", underWay, "p_2", does(Matter.Finish, Finish{Outcome: "settled", Words: "好"}), nil, "matter.only_handler"},
		{"结果须在名单里", underWay, "p_1", does(Matter.Finish, Finish{Outcome: "no", Words: "好"}), nil, "matter.unknown_outcome"},
		{"结果要写明", underWay, "p_1", does(Matter.Finish, Finish{Outcome: "settled"}), nil, "form.required"},
		{"任务没完成不能报结果", withTask, "p_1", does(Matter.Finish, Finish{Outcome: "settled", Words: "好"}), nil, "matter.open_tasks"},
		{"联动单位没反馈不能报结果", withCall, "p_1", does(Matter.Finish, Finish{Outcome: "settled", Words: "好"}), nil, "matter.open_calls"},
		{"到场了还没反馈也不能报结果", given(withCall, []step{by("p_1", CallAnswered{Body: "food", Step: "arrived"}), by("p_1", CallAnswered{Body: "roads", Step: "declined"})}), "p_1",
			does(Matter.Finish, Finish{Outcome: "settled", Words: "好"}), nil, "matter.open_calls"},
		{"都了结了可以报结果", given(withTask, []step{by("p_2", TaskDone{Task: "t1"}), by("p_1", BodiesCalled{Bodies: []string{"food"}}), by("p_1", CallAnswered{Body: "food", Step: "reported"})}), "p_1",
			does(Matter.Finish, Finish{Outcome: "settled", Words: "好", Answer: "已修"}), []work.Event{Finished{Outcome: "settled", Words: text("outcome", "好"), Answer: text("answer", "已修")}}, ""},
		{"承办人不得核查自己的结果", outcomeIn, "p_1", does(Matter.Verify, Verify{Pass: true}), nil, "matter.verify_own"},
		{"承办人也不得退回自己的结果", outcomeIn, "p_1", does(Matter.Verify, Verify{Note: "x"}), nil, "matter.verify_own"},
		{"代报结果的人不得核查", given(underWay, []step{by("p_4", Finished{Outcome: "settled"})}), "p_4", does(Matter.Verify, Verify{Pass: true}), nil, "matter.verify_own"},
		{"核查不通过要写明", outcomeIn, "p_lead", does(Matter.Verify, Verify{}), nil, "form.required"},
		{"未核查不得办结", outcomeIn, "p_lead", does(Matter.Close, Close{}), nil, "matter.cannot_close"},
		{"办结可以写一句", checked, "p_lead", does(Matter.Close, Close{Note: "好"}), []work.Event{ClosedWith{text("note", "好")}}, ""},
		{"回访方式须在名单里", done, "p_2", does(Matter.FollowUp, FollowUp{Held: true, Way: "dream", Words: "好"}), nil, "form.unknown_choice"},
		{"回访要写明情况", done, "p_2", does(Matter.FollowUp, FollowUp{Held: true, Way: "visit"}), nil, "form.required"},
		{"回访不属实当场重新办理", done, "p_2", does(Matter.FollowUp, FollowUp{Way: "visit", Words: "又坏了"}), []work.Event{FollowedUpWith{Way: "visit", Words: text("followup", "又坏了")}, ReopenedFor{By: "follow_up"}}, ""},
		{"重新办理要有理由", done, "p_lead", does(Matter.Reopen, Reopen{}), nil, "form.required"},

		// grade and title
		{"改级换上新级别的时限", underWay, "p_lead", does(Matter.Regrade, Regrade{Grade: "urgent", Reason: "有人摔了"}), []work.Event{Regraded{"urgent", book.Limits("tip", "urgent"), text("reason", "有人摔了")}}, ""},
		{"级别没变不用改", underWay, "p_lead", does(Matter.Regrade, Regrade{Grade: "planned", Reason: "x"}), nil, "matter.same_grade"},
		{"没有的级别不能改", underWay, "p_lead", does(Matter.Regrade, Regrade{Grade: "no", Reason: "x"}), nil, "matter.unknown_grade"},
		{"改级要有理由", underWay, "p_lead", does(Matter.Regrade, Regrade{Grade: "urgent"}), nil, "form.required"},
		{"办结后不能改级", done, "p_lead", does(Matter.Regrade, Regrade{Grade: "urgent", Reason: "x"}), nil, "matter.not_open"},
		{"办结后不能改题", done, "p_lead", does(Matter.Retitle, Retitle{Title: "x"}), nil, "matter.not_open"},
		{"改题", underWay, "p_1", does(Matter.Retitle, Retitle{Title: "井 盖", Place: "东街"}), []work.Event{Retitled{"井 盖", "东街"}}, ""},

		// tasks
		{"派任务写明给谁和截止日", underWay, "p_1", does(Matter.SetTask, SetTask{Title: "拍照", Person: "p_2", DueOn: "2026-03-02"}), []work.Event{TaskSet{"t_00001", "拍照", "p_2", "2026-03-02"}}, ""},
		{"截止日不能是昨天", underWay, "p_1", does(Matter.SetTask, SetTask{Title: "拍照", Person: "p_2", DueOn: "2026-03-01"}), nil, "form.past"},
		{"截止日须是日期", underWay, "p_1", does(Matter.SetTask, SetTask{Title: "拍照", Person: "p_2", DueOn: "2026-02-30"}), nil, "form.date"},
		{"任务不能派给不在岗的人", underWay, "p_1", does(Matter.SetTask, SetTask{Title: "拍照", Person: "ghost"}), nil, "form.unknown_person"},
		{"办结后不能派任务", done, "p_1", does(Matter.SetTask, SetTask{Title: "拍照", Person: "p_2"}), nil, "matter.not_open"},
		{"别人的任务不能代填完成", withTask, "p_3", does(Matter.DoTask, DoTask{Task: "t1"}), nil, "matter.task_of_another"},
		{"本人完成任务", withTask, "p_2", does(Matter.DoTask, DoTask{Task: "t1", Words: "拍了"}), []work.Event{TaskDone{"t1", text("task", "拍了")}}, ""},
		{"承办人也可以填任务完成", withTask, "p_1", does(Matter.DoTask, DoTask{Task: "t1"}), []work.Event{TaskDone{Task: "t1"}}, ""},
		{"任务只完成一次", given(withTask, []step{by("p_2", TaskDone{Task: "t1"})}), "p_2", does(Matter.DoTask, DoTask{Task: "t1"}), nil, "matter.task_already_done"},
		{"没有的任务不能完成", withTask, "p_2", does(Matter.DoTask, DoTask{Task: "t9"}), nil, "matter.unknown_task"},

		// parties and participants
		{"当事人各有一把钥匙", underWay, "p_1", does(Matter.AddParty, AddParty{Name: "张三", Side: "a", Phone: "139"}), []work.Event{PartyAdded{Party: "p_00001", Side: "a", Name: vault.Plain("p_00001", "name", "张三"), Phone: vault.Plain("p_00001", "phone", "139")}}, ""},
		{"当事人要有姓名", underWay, "p_1", does(Matter.AddParty, AddParty{Side: "a"}), nil, "form.required"},
		{"当事人只有甲乙两方", underWay, "p_1", does(Matter.AddParty, AddParty{Name: "张三", Side: "c"}), nil, "form.unknown_choice"},
		{"当事人最多二百", given(underWay, repeat(MaxParties, by("p_1", PartyAdded{Party: "x"}))), "p_1", does(Matter.AddParty, AddParty{Name: "张三"}), nil, "matter.too_many_parties"},
		{"邀请一个单位或一个人", underWay, "p_1", does(Matter.Invite, Invite{Role: "翻译"}), nil, "matter.invite_one"},
		{"不能又是单位又是人", underWay, "p_1", does(Matter.Invite, Invite{Body: "food", Person: "p_2", Role: "翻译"}), nil, "matter.invite_one"},
		{"邀请人", underWay, "p_1", does(Matter.Invite, Invite{Person: "p_2", Role: "翻译"}), []work.Event{Invited{Person: "p_2", Role: "翻译"}}, ""},
		{"同一角色只邀一次", given(underWay, []step{by("p_1", Invited{Person: "p_2", Role: "翻译"})}), "p_1", does(Matter.Invite, Invite{Person: "p_2", Role: "翻译"}), nil, "matter.already_invited"},
		{"邀请没有的单位", underWay, "p_1", does(Matter.Invite, Invite{Body: "no", Role: "翻译"}), nil, "form.unknown_body"},

		// joint action
		{"吹哨一次叫几家，重复的只叫一次", underWay, "p_1", does(Matter.CallBodies, CallBodies{Bodies: []string{"roads", "food", "roads"}, Words: "来"}), []work.Event{BodiesCalled{"j_00001", []string{"food", "roads"}, "", text("call", "来")}}, ""},
		{"吹哨要有单位", underWay, "p_1", does(Matter.CallBodies, CallBodies{Words: "来"}), nil, "form.required"},
		{"没反馈完的不重复叫", withCall, "p_1", does(Matter.CallBodies, CallBodies{Bodies: []string{"food"}, Words: "来"}), nil, "matter.already_called"},
		{"反馈完的可以再叫", given(withCall, []step{by("p_1", CallAnswered{Body: "food", Step: "reported"})}), "p_1", does(Matter.CallBodies, CallBodies{Bodies: []string{"food"}, Words: "再来"}), []work.Event{BodiesCalled{"j_00001", []string{"food"}, "", text("call", "再来")}}, ""},
		{"没叫的单位不能反馈", underWay, "p_1", does(Matter.AnswerCall, AnswerCall{Body: "food", Step: "coming"}), nil, "matter.not_called"},
		{"不能参加要说明", withCall, "p_1", does(Matter.AnswerCall, AnswerCall{Body: "food", Step: "declined"}), nil, "form.required"},
		{"反馈要有内容", withCall, "p_1", does(Matter.AnswerCall, AnswerCall{Body: "food", Step: "reported"}), nil, "form.required"},
		{"没有的步骤不收", withCall, "p_1", does(Matter.AnswerCall, AnswerCall{Body: "food", Step: "sleeping"}), nil, "form.unknown_choice"},
		{"同一步不重复", given(withCall, []step{by("p_1", CallAnswered{Body: "food", Step: "coming"})}), "p_1", does(Matter.AnswerCall, AnswerCall{Body: "food", Step: "coming"}), nil, "matter.call_step_done"},
		{"到场后不能再说不来", given(withCall, []step{by("p_1", CallAnswered{Body: "food", Step: "arrived"})}), "p_1", does(Matter.AnswerCall, AnswerCall{Body: "food", Step: "declined", Words: "x"}), nil, "matter.call_step_done"},

		// supervise
		{"没有承办人无人可催", opened, "p_lead", does(Matter.Chase, Chase{}), nil, "matter.nobody_to_chase"},
		{"自己不用催自己", underWay, "p_1", does(Matter.Chase, Chase{}), nil, "matter.chase_self"},
		{"催办", underWay, "p_lead", does(Matter.Chase, Chase{Words: "快"}), []work.Event{ChasedWith{text("chase", "快")}}, ""},
		{"督办要写明", underWay, "p_lead", does(Matter.Supervise, Supervise{}), nil, "form.required"},
		{"同一人不重复督办", given(underWay, []step{by("p_lead", SupervisedWith{})}), "p_lead", does(Matter.Supervise, Supervise{Words: "x"}), nil, "matter.already_supervised"},

		// links
		{"关联方式须在名单里", underWay, "p_1", tie(Tie{How: "merged"}), nil, "form.unknown_choice"},
		{"关联另一件", underWay, "p_1", tie(Tie{How: "repeats"}), []work.Event{Tied{"m2", "repeats"}}, ""},
		{"关联过的不再关联", given(underWay, []step{by("p_1", Tied{"m2", "repeats"})}), "p_1", tie(Tie{How: "same_event"}), nil, "matter.already_tied"},
		{"报事关联到在办事项", underWay, "p_1", link("r2"), []work.Event{ReportLinked{"r2"}}, ""},
		{"同一报事不重复关联", underWay, "p_1", link("r1"), nil, "matter.report_already_linked"},
		{"报事不能关联到已办结的", done, "p_1", link("r2"), nil, "matter.not_open"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m, at := tell(c.given...)
			got, err := c.do(m, worktest.Moment(c.by, at+hour))
			worktest.Check(t, got, err, c.code, c.want...)
		})
	}
}

func open(a Open) rule {
	return func(_ Matter, mo work.Moment) ([]work.Event, error) { return Matter{}.Open(a, "", mo) }
}

func tie(a Tie) rule {
	return func(m Matter, _ work.Moment) ([]work.Event, error) { return m.Tie(a, other) }
}

func link(report string) rule {
	return func(m Matter, _ work.Moment) ([]work.Event, error) { return m.LinkReport(report) }
}

func repeat(n int, s step) (list []step) {
	for range n {
		list = append(list, s)
	}
	return list
}

func TestMerge(t *testing.T) {
	mo, at := tell(given(withTask, []step{by("p_5", Noted{}), by("p_1", ReportLinked{"r2"})})...)
	t.Run("并案带走报事人和出力的人", func(t *testing.T) {
		from, to, err := mo.Merge(Merge{Into: "m2", Reason: "同一处"}, other)
		worktest.Check(t, from, err, "", MergedInto{"m2", "同一处"})
		worktest.Check(t, to, err, "", MergeTaken{"m1", []string{"r1", "r2"}, []string{"p_1", "p_2", "p_5"}})
		into := other
		if err := into.ApplyEvent(to[0], work.At{Version: 2, HappenedAt: worktest.Start.Add(at)}); err != nil {
			t.Fatal(err)
		}
		if len(into.Reports) != 2 || !into.Involves("p_1") || !into.Involves("p_5") || into.Links[0] != (Link{"merged", "m1"}) {
			t.Fatalf("%+v", into)
		}
	})
	t.Run("不能并入已办结的", func(t *testing.T) {
		closed, _ := tell(done...)
		closed.ID = "m2"
		from, _, err := mo.Merge(Merge{}, closed)
		worktest.Check(t, from, err, "matter.merge_into_closed")
	})
	t.Run("不能并入已并走的", func(t *testing.T) {
		gone, _ := tell(mergedAway...)
		gone.ID = "m3"
		from, _, err := mo.Merge(Merge{}, gone)
		worktest.Check(t, from, err, "matter.merged_away")
	})
	t.Run("不能并入自己", func(t *testing.T) {
		from, _, err := mo.Merge(Merge{}, mo)
		worktest.Check(t, from, err, "matter.tie_itself")
	})
	t.Run("并走后时限不再走", func(t *testing.T) {
		m, _ := tell(mergedAway...)
		if due, key := m.Due(worktest.Moment("", 0).Calendar); !due.IsZero() || m.IsOpen() {
			t.Fatalf("%s is due at %v", key, due)
		}
		got, err := m.Escalate(Escalate{Limit: "finish"}, worktest.Moment("", 9999*hour))
		worktest.Check(t, got, err, "matter.not_overdue")
	})
	t.Run("关联的两头说法相对", func(t *testing.T) {
		if Back("part_of") != "has_part" || Back("same_event") != "same_event" {
			t.Fatal("a tie is seen from both ends")
		}
	})
}

func TestTransferStaysVisibleUntilTaken(t *testing.T) {
	m, _ := tell(toCell...)
	if m.Cell != "c2" || m.Handler != "" || !m.Involves("p_1") || len(m.Cells()) != 2 {
		t.Fatalf("in transfer: %+v", m)
	}
	taken, _ := tell(given(toCell, []step{by("p_3", Taken{Handler: "p_3"})})...)
	if taken.State != InHand || taken.Handler != "p_3" || len(taken.Cells()) != 1 || taken.SendBackTo != nil {
		t.Fatalf("taken: %+v", taken)
	}
	back, _ := tell(given(toCell, []step{by("p_3", SentBack{Reason: "wrong_cell"})})...)
	if back.State != Unassigned || back.Cell != "c1" || !back.Involves("p_1") {
		t.Fatalf("sent back: %+v", back)
	}
	sent, _ := tell(toStation...)
	if sent.Cell != "c1" || !sent.Involves("p_1") || *sent.Passage != (Passage{"s2", len(toStation)}) {
		t.Fatalf("in transfer to a station: %+v", sent)
	}
	there, _ := tell(given(toStation, []step{by("", Taken{Station: "s2", Reference: "7"})})...)
	if there.State != Elsewhere || there.Handler != "p_1" || there.Passage == nil || there.SendBackTo != nil {
		t.Fatalf("taken by a station: %+v", there)
	}
	nobody, _ := tell(given(opened, []step{by("p_lead", TransferredTo{ToStation: "s2"}), by("", Taken{Station: "s2"})})...)
	if nobody.Handler != "p_lead" {
		t.Fatalf("who passed on what nobody handled answers for it: %+v", nobody)
	}
	returned, _ := tell(given(toStation, []step{by("", SentBack{Reason: "wrong_cell"})})...)
	if returned.State != Unassigned || returned.Passage != nil {
		t.Fatalf("sent back by a station: %+v", returned)
	}
	outside, _ := tell(elsewhere...)
	if outside.State != Elsewhere || outside.Handler != "p_1" || outside.Cell != "c1" {
		t.Fatalf("with an outside body somebody of ours still answers for it: %+v", outside)
	}
	if len(m.Helpers) != 1 {
		t.Fatalf("helpers %v", m.Helpers)
	}
}

func TestCalledBodiesEachForThemselves(t *testing.T) {
	m, _ := tell(given(withCall, []step{by("p_1", CallAnswered{Body: "food", Step: "coming"}), by("p_1", CallAnswered{Body: "food", Step: "arrived"}), by("p_1", CallAnswered{Body: "food", Step: "reported"})})...)
	if !m.Calls[0].Settled() || m.Calls[0].Answer != "coming" || m.Calls[0].ArrivedAt.IsZero() || m.Calls[1].Settled() || m.Calls[1].Answer != "" {
		t.Fatalf("%+v", m.Calls)
	}
}

func TestTaskDueTodayAtNight(t *testing.T) {
	mo := worktest.Moment("p_1", 18*hour) // three in the morning of the next day in Shanghai
	m, _ := tell(underWay...)
	got, err := m.SetTask(SetTask{Title: "拍照", Person: "p_2", DueOn: "2026-03-02"}, mo)
	worktest.Check(t, got, err, "form.past")
	mo.Now = mo.Now.Add(72 * hour) // sent days later by a phone: it was right when it happened
	got, err = m.SetTask(SetTask{Title: "拍照", Person: "p_2", DueOn: "2026-03-03"}, mo)
	worktest.Check(t, got, err, "", TaskSet{"t_00001", "拍照", "p_2", "2026-03-03"})
}
