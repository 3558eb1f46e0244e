package hotspot

import (
	"maps"
	"slices"
)

// Marks is how groups compare with another's list of issues and their messages.
type Marks struct {
	Issues            []IssueMarks `json:"issues"`
	Precision         float64      `json:"precision"` // of the best groups together
	Recall            float64      `json:"recall"`
	PairwisePrecision float64      `json:"pairwise_precision"` // pairs of listed messages in one group that are in one issue
	PairwiseRecall    float64      `json:"pairwise_recall"`    // pairs of one issue that are in one group
}

// IssueMarks is one issue against the group that fits it best.
type IssueMarks struct {
	Issue     string  `json:"issue"`
	Messages  int     `json:"messages"`
	Rank      int     `json:"rank"` // of the group, from 1; 0 without one
	Group     int     `json:"group"`
	Title     string  `json:"title"`
	Mixed     bool    `json:"mixed"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
}

// Mark compares spots, the hottest first, with the issue of each listed message.
func Mark(spots []Spot, issueOf map[string]string) Marks {
	sizes := map[string]int{}
	for _, issue := range issueOf {
		sizes[issue]++
	}
	var m Marks
	hits, told, listed := 0, 0, 0
	for _, issue := range slices.Sorted(maps.Keys(sizes)) {
		one, both := bestSpot(spots, issueOf, issue, sizes[issue])
		m.Issues = append(m.Issues, one)
		hits, told, listed = hits+both, told+one.Group, listed+one.Messages
	}
	m.Precision, m.Recall = ratio(hits, told), ratio(hits, listed)
	m.pairs(spots, issueOf, sizes)
	return m
}

func bestSpot(spots []Spot, issueOf map[string]string, issue string, size int) (best IssueMarks, both int) {
	best = IssueMarks{Issue: issue, Messages: size}
	top := 0.0
	for i, s := range spots {
		n := 0
		for _, id := range s.IDs {
			if issueOf[id] == issue {
				n++
			}
		}
		if f := 2 * float64(n) / float64(size+len(s.IDs)); f > top {
			top, both = f, n
			best.Rank, best.Group, best.Title, best.Mixed = i+1, len(s.IDs), s.Title, s.Mixed
			best.Precision, best.Recall = ratio(n, len(s.IDs)), ratio(n, size)
		}
	}
	return best, both
}

func (m *Marks) pairs(spots []Spot, issueOf map[string]string, sizes map[string]int) {
	together := map[[2]string]bool{}
	for _, s := range spots {
		var listed []string
		for _, id := range s.IDs {
			if issueOf[id] != "" {
				listed = append(listed, id)
			}
		}
		slices.Sort(listed)
		for i, a := range listed {
			for _, b := range listed[i+1:] {
				together[[2]string{a, b}] = true
			}
		}
	}
	right, whole := 0, 0
	for p := range together {
		if issueOf[p[0]] == issueOf[p[1]] {
			right++
		}
	}
	for _, n := range sizes {
		whole += n * (n - 1) / 2
	}
	m.PairwisePrecision, m.PairwiseRecall = ratio(right, len(together)), ratio(right, whole)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
