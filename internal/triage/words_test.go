package triage

import (
	"testing"
	"testing/fstest"
)

func TestWordsOfLayers(t *testing.T) {
	layer := func(words string) fstest.MapFS { return fstest.MapFS{"triage/words.tsv": {Data: []byte(words)}} }
	below := layer("kind\t纠纷\t吵架\t\nexample\t纠纷\t两家吵起来了\t\ntopic\tlabour\t工资\t\n")
	for _, c := range []struct {
		rule, above   string
		kinds, topics int
		rows          int
	}{
		{"上一层的词加在下一层的上面", "kind\t求助\t救命\t\nexample\t求助\t快来人|腿动不了\t\n", 2, 1, 3},
		{"only 不用下一层的类别和例句，别处的词还用", "only\nkind\t合同\t违约\t\nexample\t合同\t定金能退吗\t\n", 1, 1, 1},
	} {
		words, rows, err := ReadWords(below, layer(c.above))
		if err != nil || len(words.kinds) != c.kinds || len(words.topics) != c.topics || len(rows) != c.rows {
			t.Errorf("%s：%d 类、%d 处、%d 句 %v", c.rule, len(words.kinds), len(words.topics), len(rows), err)
		}
	}
}

// A kind with few examples claims little: what it was taught is too much alike to judge itself by.
func TestFewLessonsClaimLittle(t *testing.T) {
	m := Train([]Row{{Text: "定金能退吗", Kind: "合同"}, {Text: "腿动不了快来人", Kind: "求助"}})
	if m.temperature != coldStart {
		t.Errorf("两句话就敢说有把握：%v", m.temperature)
	}
}
