package part

import "context"

type langKey struct{}

// WithLang sets the language, "zh" or "en", in which the pieces say their own words.
func WithLang(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, langKey{}, lang)
}

// Lang is the language set by WithLang; Chinese where none is.
func Lang(ctx context.Context) string {
	if lang, _ := ctx.Value(langKey{}).(string); lang == "en" {
		return "en"
	}
	return "zh"
}

func htmlLang(ctx context.Context) string {
	if Lang(ctx) == "en" {
		return "en"
	}
	return "zh-CN"
}

// word is a piece's own text in the language of the page.
func word(ctx context.Context, key string) string {
	pair, ok := words[key]
	if !ok {
		return key
	}
	if Lang(ctx) == "en" {
		return pair[1]
	}
	return pair[0]
}

// words are Chinese first, English second.
var words = map[string][2]string{
	"skip":        {"跳到正文", "Skip to content"},
	"nav":         {"主导航", "Main navigation"},
	"more":        {"更多", "More"},
	"search":      {"搜索", "Search"},
	"other_lang":  {"English", "中文"},
	"big_type":    {"大字版", "Large type"},
	"plain_type":  {"普通字号", "Plain type"},
	"sign_out":    {"退出登录", "Sign out"},
	"me":          {"我的", "Me"},
	"emergency":   {"紧急情况请拨打", "In an emergency call"},
	"ok":          {"确定", "Confirm"},
	"cancel":      {"取消", "Cancel"},
	"close":       {"关闭", "Close"},
	"sure":        {"请确认", "Please confirm"},
	"keys":        {"键盘操作", "Keyboard"},
	"key_next":    {"下一条", "Next row"},
	"key_prev":    {"上一条", "Previous row"},
	"key_open":    {"打开选中的一条", "Open the selected row"},
	"key_find":    {"搜索", "Search"},
	"key_help":    {"显示本说明", "Show this help"},
	"prev":        {"上一页", "Previous"},
	"next":        {"下一页", "Next"},
	"pages":       {"翻页", "Pages"},
	"required":    {"必填", "required"},
	"optional":    {"选填", "optional"},
	"choose":      {"请选择", "Choose"},
	"any":         {"全部", "All"},
	"yes":         {"是", "Yes"},
	"refused":     {"有几处需要改正，已填的内容都还在。", "Some answers need another look. What you typed is kept."},
	"submit":      {"提交", "Submit"},
	"filter":      {"筛选", "Filter"},
	"clear":       {"清除条件", "Clear"},
	"remove":      {"去掉条件", "Remove filter"},
	"unmask":      {"查看", "Show"},
	"unmask_note": {"查看会留下记录", "Looking is recorded"},
	"handler":     {"承办", "Handler"},
	"unread":      {"未读", "New"},
	"photo_pick":  {"拍照或选择图片", "Take or choose photos"},
	"photo_count": {"已选 {n} 张", "{n} chosen"},
	"photo_over":  {"最多 {max} 张，请重新选择", "At most {max}; please choose again"},
	"photo":       {"照片", "Photo"},
	"sign_here":   {"请在框内签名", "Sign inside the box"},
	"sign_clear":  {"重签", "Sign again"},
	"sign_wait":   {"正在保存签名……", "Saving the signature…"},
	"sign_fail":   {"签名没有存上，请再试一次；其余内容都还在", "The signature was not saved; please try again. Nothing else is lost"},
	"sign_kept":   {"已签，不用再签", "Signed already"},
	"sign_file":   {"签在纸上的，拍照上传", "Signed on paper: add a photo"},
	"where":       {"使用我的位置", "Use my position"},
	"where_wait":  {"正在定位……", "Finding position…"},
	"where_got":   {"已取得位置", "Position taken"},
	"where_fail":  {"没有取得位置，请在上面写明地点", "No position; please describe the place"},
	"draft_back":  {"已恢复上次没有提交的内容", "Your unsent text was restored"},
	"draft_drop":  {"清空", "Discard"},
	"left":        {"还可写 {n} 字", "{n} characters left"},
	"step_done":   {"已完成", "done"},
	"step_now":    {"当前", "current"},
	"step_todo":   {"未到", "to come"},
	"back":        {"返回", "Back"},
	"home":        {"回到首页", "Go to the first page"},
	"error_ref":   {"编号", "Reference"},
	"print":       {"打印", "Print"},
	"serial":      {"编号", "No."},
	"qr_scan":     {"扫码查看", "Scan to open"},
	"table":       {"名称", "Item"},
	"value":       {"数值", "Value"},
	"stale":       {"有新的变化", "Something has changed"},
	"reload":      {"刷新", "Refresh"},
}

func otherLang(ctx context.Context) string {
	if Lang(ctx) == "en" {
		return "zh-CN"
	}
	return "en"
}
