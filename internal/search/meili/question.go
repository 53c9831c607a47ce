package meili

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

const (
	defaultLimit = 20
	maxLimit     = 100
	maxDepth     = 10_000 // hits that can be leafed through
	maxNeeds     = 15
)

// question is a query on its way.
type question struct {
	x      *Index
	ask    search.Query
	plan   search.Plan
	words  *vocabulary.Vocabulary
	base   string // audience and types
	fields []fieldFilter
	needs  []needFilter
	lacks  string // what must not be there
	counts []int  // by need: visible entries that meet it
	heads  []int  // by need: those that have it in their title or Extra
	docs   int    // visible entries
	score  *scorer
}

// Search answers a question.
func (x *Index) Search(ctx context.Context, q search.Query) (res search.Result, err error) {
	start := time.Now()
	if len(q.Audience) == 0 && !q.Everything {
		return search.Result{Took: time.Since(start)}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	words, err := x.ready(ctx)
	if err != nil {
		return res, err
	}
	plan := search.NewPlan(search.Parse(q.Text), x.lx, q.Prefix)
	if len(plan.Needs) > maxNeeds {
		plan.Needs = plan.Needs[:maxNeeds]
	}
	ask := newQuestion(x, q, plan, words)
	if err := ask.fieldFilters(ctx); err != nil {
		return res, err
	}
	res, err = ask.answer(ctx)
	res.Took = time.Since(start)
	return res, err
}

func newQuestion(x *Index, q search.Query, plan search.Plan, words *vocabulary.Vocabulary) *question {
	ask := &question{x: x, ask: q, plan: plan, words: words, base: visible(q)}
	for _, n := range plan.Needs {
		ask.needs = append(ask.needs, meets(n, words))
	}
	var out []string
	for _, n := range plan.Not {
		out = append(out, lacks(n, words))
	}
	ask.lacks = and(out...)
	return ask
}

// visible is the filter of what the viewer sees, of the types asked for. Every question has it.
func visible(q search.Query) string {
	var all []string
	if !q.Everything {
		all = append(all, in("audience", exactlyAll(q.Audience)))
	}
	if len(q.Types) > 0 {
		types := make([]string, len(q.Types))
		for i, t := range q.Types {
			types[i] = exactly(string(t))
		}
		all = append(all, in("type", types))
	}
	return and(all...)
}

// answer finds the pages that meet every need; where there are none, it corrects, looks for documents that meet the needs over
// several pages, and then for those that meet the most.
func (q *question) answer(ctx context.Context) (res search.Result, err error) {
	m := q.everyNeed()
	lists, err := q.list(ctx, m)
	if err != nil {
		return res, err
	}
	if len(q.needs) > 0 && lists[0].total < fewVisible && !q.ask.Plain { // else each word is on as many entries
		widened, err := q.doubt(ctx, &res)
		if err != nil {
			return res, err
		}
		if widened {
			m = q.everyNeed()
			if lists, err = q.list(ctx, m); err != nil {
				return res, err
			}
		}
	}
	if lists[0].total == 0 && len(q.needs) > 1 && !q.ask.Plain {
		if m, res.Relaxed, err = q.relax(ctx); err != nil || m.match == "" {
			return q.none(res), err
		}
		if lists, err = q.list(ctx, m); err != nil {
			return res, err
		}
	}
	return q.fill(ctx, res, m, lists)
}

// doubt asks how often each word is there where next to nothing was found, and corrects those that are not.
func (q *question) doubt(ctx context.Context, res *search.Result) (widened bool, err error) {
	got, err := q.x.multi(ctx, q.countQueries()...)
	if err != nil {
		return false, err
	}
	q.count(got)
	return q.correct(ctx, res)
}

// none is the answer when nothing was found, with facets for all that.
func (q *question) none(res search.Result) search.Result {
	res.Relaxed = false
	if q.ask.Facets {
		res.Facets = facetsOf([]answer{{}})
	}
	return res
}

// match says which pages are found.
type match struct {
	match  string // with every filter but those of fields
	body   string // of these, the pages whose text matches; empty where all do
	levels []string
}

func (q *question) everyNeed() match {
	var any, body []string
	for _, n := range q.needs {
		any, body = append(any, n.any), append(body, n.body)
	}
	m := match{match: and(append([]string{q.base, q.lacks}, any...)...)}
	if !slices.Equal(any, body) { // else what is found is in the text
		m.body = or(body...)
	}
	return m
}

// countQueries asks on how many entries the viewer sees each need, whatever the fields filter, and how many there are.
func (q *question) countQueries() []query {
	out := []query{{filter: q.base}}
	for _, n := range q.needs {
		head := nothing
		if n.head != "" {
			head = and(q.base, n.head)
		}
		out = append(out, query{filter: and(q.base, n.any)}, query{filter: head})
	}
	return out
}

func (q *question) count(got []answer) {
	q.docs, q.counts, q.heads = got[0].total, nil, nil
	for i := 1; i < len(got); i += 2 {
		q.counts, q.heads = append(q.counts, got[i].total), append(q.heads, got[i+1].total)
	}
}

// depth is the number of parents to be listed.
func (q *question) depth() (offset, limit, depth int) {
	limit = q.ask.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit, offset = min(limit, maxLimit), min(max(q.ask.Offset, 0), maxDepth)
	return offset, limit, max(offset+limit, headFor(limit))
}

// head is the number of hits that are scored.
func (q *question) head() int {
	_, limit, _ := q.depth()
	return headFor(limit)
}

func headFor(limit int) int { return min(headTimes*limit, headHits) }

// relevance tells whether hits are ordered by their words.
func (q *question) relevance() bool {
	return len(q.needs) > 0 && sorts(q.ask.Sort) == nil
}

// rankWords are the words that the server orders by: one stem for each need. It takes ten at most.
func (q *question) rankWords() string {
	var out []string
	for _, n := range q.plan.Needs {
		if n.Word == "" || n.Ways[len(n.Ways)-1].Kind == search.WayPrefix {
			continue
		}
		word := n.Word
		for _, w := range n.Ways {
			if w.Kind == search.WayTypo {
				word = w.Terms[0]
			}
		}
		out = append(out, q.x.lx.StemIn("", word))
	}
	return strings.Join(out[:min(len(out), 10)], " ")
}
