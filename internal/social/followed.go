package social

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// follows is what somebody follows, as the feed reads it: the groups as audience keys that they hold.
type follows struct{ authors, topics, things, keys []string }

func (s *Service) followsOf(ctx context.Context, v auth.Viewer) (f follows, err error) {
	list, err := s.Following(ctx, v)
	for _, x := range list {
		switch x.Target.Kind() {
		case OfUser:
			f.authors = append(f.authors, x.Target.ID())
		case OfTopic:
			f.topics = append(f.topics, x.Target.ID())
		case OfDocument, OfTender:
			f.things = append(f.things, string(x.Target))
		case OfGroup:
			if key := auth.GroupKey(x.Target.ID()); slices.Contains(v.OwnKeys(), key) {
				f.keys = append(f.keys, key)
			}
		}
	}
	return f, err
}

// How what is followed is read: so many posts of each at a time, and so often more of all, before each is asked for what the viewer sees.
const (
	chunkOfEach = 10
	mostOfEach  = 160
	mostRounds  = 3
)

// followed returns the latest posts of all that the viewer follows. The indexes know the latest of each; which of them the viewer sees is asked
// only of those that are the latest of all. Somebody who follows much that is not for them is answered by asking each for what is.
func (s *Service) followed(ctx context.Context, v auth.Viewer, from spot, limit int) ([]spot, error) {
	f, err := s.followsOf(ctx, v)
	if err != nil {
		return nil, err
	}
	m := s.merging(f, from)
	var out []spot
	for round := range mostRounds {
		some, err := m.next(ctx, limit<<round)
		if err != nil {
			return nil, fmt.Errorf("feed of what is followed: %w", db.Classify(err))
		}
		seen, err := s.sees(ctx, v, some)
		if err != nil {
			return nil, err
		}
		if out = append(out, seen...); len(out) >= limit || len(some) < limit<<round {
			return out, nil
		}
	}
	return s.seenOfEach(ctx, v, f, from, limit)
}

// sees returns those of some places whose posts the viewer sees.
func (s *Service) sees(ctx context.Context, v auth.Viewer, list []spot) ([]spot, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.PostID
	}
	var seen []string
	err := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.id").Apply(visibleTo(v)).Where("p.state = ?", StatePublished).Where("p.id IN (?)", bun.List(ids)).Scan(ctx, &seen)
	if err != nil {
		return nil, fmt.Errorf("which posts one sees: %w", db.Classify(err))
	}
	there := make(map[string]bool, len(seen))
	for _, id := range seen {
		there[id] = true
	}
	return slices.DeleteFunc(list, func(x spot) bool { return !there[x.PostID] }), nil
}

// seenOfEach asks each thing that is followed for the latest that the viewer sees.
func (s *Service) seenOfEach(ctx context.Context, v auth.Viewer, f follows, from spot, limit int) (all []spot, err error) {
	for _, part := range []func() ([]spot, error){
		func() ([]spot, error) { return s.byColumn(ctx, v, "author_id", f.authors, from, limit) },
		func() ([]spot, error) { return s.byTopics(ctx, v, f.topics, from, limit) },
		func() ([]spot, error) { return s.byColumn(ctx, v, "about", f.things, from, limit) },
		func() ([]spot, error) { return s.byKeys(ctx, f.keys, false, from, limit) },
	} {
		list, err := part()
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// merge reads the published posts of several things in one order, the latest first, whoever may see them.
type merge struct {
	tx      bun.IDB
	streams []*stream
	last    spot // given out last: a post of two things comes once
}

// source is where the posts of a kind of things are.
type source struct {
	ask   func(value any, after spot) *bun.SelectQuery // places of one thing, after one
	timed bool                                         // the places come as ids and times of posts
}

// stream is one of the things. Its posts are asked for as they are needed.
type stream struct {
	*source
	value string
	after spot
	rows  []spot
	often int // it was asked
	ended bool
}

// chunk is how many posts are asked for next: more of what gave many of the latest so far.
func (st *stream) chunk() int { return min(chunkOfEach<<st.often, mostOfEach) }

func (s *Service) merging(f follows, from spot) *merge {
	m := &merge{tx: s.db.Reader()}
	add := func(values []string, timed bool, ask func(value any, after spot) *bun.SelectQuery) {
		of := &source{ask, timed}
		for _, value := range values {
			m.streams = append(m.streams, &stream{source: of, value: value, after: from})
		}
	}
	add(f.authors, true, func(id any, after spot) *bun.SelectQuery { return s.publishedBy("author_id", id, after) })
	add(f.things, true, func(thing any, after spot) *bun.SelectQuery { return s.publishedBy("about", thing, after) })
	add(f.topics, false, func(topic any, after spot) *bun.SelectQuery {
		return s.placesOf("post_topics", "topic", topic, "published", after)
	})
	add(f.keys, false, func(key any, after spot) *bun.SelectQuery {
		return s.placesOf("post_audience", "key", key, "published", after)
	})
	return m
}

// next returns the next places, at most n; fewer at the end.
func (m *merge) next(ctx context.Context, n int) (out []spot, err error) {
	for len(out) < n {
		if err := m.fill(ctx); err != nil {
			return nil, err
		}
		var first *stream
		for _, st := range m.streams {
			if len(st.rows) > 0 && (first == nil || compareSpots(st.rows[0], first.rows[0]) < 0) {
				first = st
			}
		}
		if first == nil {
			break
		}
		if x := first.rows[0]; x != m.last {
			out, m.last = append(out, x), x
		}
		first.rows = first.rows[1:]
	}
	return out, nil
}

// fill asks for more of those that have given out all they had and, where there is one, of those that soon will have, of all at once.
func (m *merge) fill(ctx context.Context) error {
	for _, timed := range []bool{true, false} {
		var dry []*stream
		empty := false
		for _, st := range m.streams {
			if st.timed == timed && len(st.rows) <= nearlyDry && !st.ended {
				dry = append(dry, st)
				empty = empty || len(st.rows) == 0
			}
		}
		if !empty {
			continue
		}
		for some := range slices.Chunk(dry, mostUnited) {
			if err := m.ask(ctx, some, timed); err != nil {
				return err
			}
		}
	}
	return nil
}

// nearlyDry is how few posts of a stream are asked for together with what has none.
const nearlyDry = 3

func (m *merge) ask(ctx context.Context, some []*stream, timed bool) error {
	parts, args := m.questions(some)
	var rows []struct {
		Stream int
		spot
		ID          string
		PublishedAt time.Time
	}
	if err := m.tx.NewRaw(strings.Join(parts, " UNION ALL "), args...).Scan(ctx, &rows); err != nil {
		return err
	}
	got := make([]int, len(some))
	for _, r := range rows {
		if timed {
			r.spot = spot{r.ID, r.PublishedAt.UnixMilli()}
		}
		some[r.Stream].rows = append(some[r.Stream].rows, r.spot)
		got[r.Stream]++
	}
	for i, st := range some {
		st.ended = got[i] < st.chunk()
		st.often++
		slices.SortFunc(st.rows, compareSpots) // UNION ALL promises no order
		if len(st.rows) > 0 {
			st.after = st.rows[len(st.rows)-1]
		}
	}
	return nil
}

// questions ask streams for their next places, with the number of the stream. On PostgreSQL those that go on from the same place are one question.
func (m *merge) questions(some []*stream) (parts []string, args []any) {
	if m.tx.Dialect().Name() != dialect.PG {
		for i, st := range some {
			n := strconv.Itoa(i)
			parts, args = append(parts, "SELECT "+n+" AS stream, k"+n+".* FROM (?) AS k"+n), append(args, st.ask(st.value, st.after).Limit(int64(st.chunk())))
		}
		return parts, args
	}
	type alike struct {
		of    *source
		after spot
		often int
	}
	numbers := map[alike][]int{}
	for i, st := range some {
		a := alike{st.source, st.after, st.often}
		numbers[a] = append(numbers[a], i)
	}
	for a, of := range numbers {
		values := make([]string, len(of))
		for k, i := range of {
			values[k] = some[i].value
		}
		parts = append(parts, "SELECT many.stream, k.* FROM unnest(ARRAY[?], ARRAY[?]) AS many(stream, value) CROSS JOIN LATERAL (?) AS k")
		args = append(args, bun.List(of), bun.List(values), a.of.ask(bun.Safe("many.value"), a.after).Limit(int64(some[of[0]].chunk())))
	}
	return parts, args
}
