package part

import "context"

// sentences are what an ErrorPage says when nobody knew better: title and text, Chinese then English.
var sentences = map[int][4]string{
	403: {"没有权限", "您的账号不能查看或办理这一项。如确有需要，请联系所内管理员。",
		"Not allowed", "Your account may not see or do this. If you need to, ask your station's administrator."},
	404: {"没有找到", "地址有误，或者内容已经移走。请从首页或搜索重新进入。",
		"Not found", "The address is wrong or the content has moved. Start again from the first page or search."},
	409: {"内容已有变化", "在您填写期间，别人先作了修改。请刷新后核对，再提交一次。",
		"Changed meanwhile", "Someone else changed this while you were writing. Reload, check, and send again."},
	413: {"文件太大", "上传的文件超过了限制。请减少张数，或拍小一些再试。",
		"Too large", "What you sent is over the limit. Send fewer or smaller files."},
	422: {"内容需要改正", "有几处不符合要求，请返回检查。",
		"Needs another look", "Some of what you sent does not fit. Go back and check."},
	429: {"操作太频繁", "请稍等一会儿再试。",
		"Too many requests", "Please wait a moment and try again."},
	500: {"系统出错", "不是您的操作问题，已经记录。请稍后再试；如再次出现，请把下面的编号告诉管理员。",
		"Something broke", "It was not you, and it is on record. Try again later; if it returns, quote the number below."},
}

func (e ErrorPage) sentence(ctx context.Context, zh int, given string) string {
	if given != "" {
		return given
	}
	own, ok := sentences[e.Status]
	if !ok {
		own = sentences[500]
	}
	if Lang(ctx) == "en" {
		return own[zh+2]
	}
	return own[zh]
}

func (e ErrorPage) title(ctx context.Context) string { return e.sentence(ctx, 0, e.Title) }

func (e ErrorPage) text(ctx context.Context) string { return e.sentence(ctx, 1, e.Text) }
