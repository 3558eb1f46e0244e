package playbook

// CardSettings are the numbers of [cards] in playbook.toml: how soon the station answers what comes through a contact card.
type CardSettings struct {
	CallBackHours int `toml:"call_back_hours"` // 请给我回电话
	AnswerHours   int `toml:"answer_hours"`    // a question, a mistake on the card
}

// CardSettings are the limits of what comes through contact cards.
func (b *Book) CardSettings() CardSettings { return b.cards }

// makeCards reads [cards] of playbook.toml, each number from the uppermost layer that states it.
func (b *builder) makeCards(layers []*folder) {
	s := &b.cards
	for _, f := range layers {
		inherit(&s.CallBackHours, f.Cards.CallBackHours, f.Cards.CallBackHours != 0)
		inherit(&s.AnswerHours, f.Cards.AnswerHours, f.Cards.AnswerHours != 0)
	}
	for key, n := range map[string]int{"call_back_hours": s.CallBackHours, "answer_hours": s.AnswerHours} {
		if n < 0 || n > 720 {
			b.bad.add(b.top.file("playbook.toml"), lineOf(b.top.src, key), "[cards] 的 %s 要写1至720之间的小时数。", key)
		}
	}
	inherit(&s.CallBackHours, 24, s.CallBackHours == 0)
	inherit(&s.AnswerHours, 72, s.AnswerHours == 0)
}
