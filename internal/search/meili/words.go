package meili

import (
	"context"

	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// readWords reads the vocabulary of the index and lets the decompounder learn from it. A compound counts as taken apart when all its
// entries were indexed with its parts; else the plain word is looked for too.
func (x *Index) readWords(ctx context.Context) error {
	stamp, err := x.changed(ctx)
	if err != nil {
		return err
	}
	got, err := x.multi(ctx, query{facets: []string{"words", "split"}})
	if err != nil {
		return err
	}
	counts, split := map[string]uint32{}, map[string]bool{}
	apart := got[0].facets["split"]
	for w, n := range got[0].facets["words"] {
		counts[w] = uint32(n)
		split[w] = n > 0 && apart[w] == n
	}
	v := vocabulary.New(x.lx)
	v.Load(counts, split)
	v.Refresh()
	x.words.Store(v)
	x.stamp.Store(&stamp)
	return nil
}

// refreshWords reads the words again where another process has written.
func (x *Index) refreshWords(ctx context.Context) error {
	x.write.Lock() // words that are being added here would be lost
	defer x.write.Unlock()
	stamp, err := x.changed(ctx)
	if err != nil || stamp.Equal(*x.stamp.Load()) {
		return err
	}
	return x.readWords(ctx)
}

// Words calls f for each word of three letters or more.
func (x *Index) Words(ctx context.Context, f func(word string, entries int) error) error {
	if _, err := x.ready(ctx); err != nil {
		return err
	}
	got, err := x.multi(ctx, query{facets: []string{"words"}})
	if err != nil {
		return err
	}
	for w, n := range got[0].facets["words"] {
		if err := f(w, n); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Parents calls f for each parent in the index.
func (x *Index) Parents(ctx context.Context, f func(search.Key) error) error {
	if _, err := x.ready(ctx); err != nil {
		return err
	}
	got, err := x.multi(ctx, query{facets: []string{"key"}})
	if err != nil {
		return err
	}
	for name := range got[0].facets["key"] {
		k, err := parseKey(name)
		if err == nil {
			err = f(k)
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Pages returns the pages of a parent that are in the index.
func (x *Index) Pages(ctx context.Context, k search.Key) ([]int, error) {
	if _, err := x.ready(ctx); err != nil {
		return nil, err
	}
	name, err := keyName(k)
	if err != nil {
		return nil, err
	}
	got, err := x.multi(ctx, query{filter: one("key", name), sort: []string{"page:asc"}, limit: 100_000})
	if err != nil {
		return nil, err
	}
	var out []int
	for _, d := range got[0].hits {
		out = append(out, d.Page)
	}
	return out, ctx.Err()
}

// aboutWords cuts the texts of entries into words and adds them to the vocabulary, so that a compound and its part that
// come together are already known to each other.
func aboutWords(v *vocabulary.Vocabulary, entries []search.Entry) []vocabulary.Cut {
	cuts := make([]vocabulary.Cut, len(entries))
	for i, e := range entries {
		cuts[i] = vocabulary.CutEntry(e)
	}
	v.Count(vocabulary.CountWords(cuts))
	return cuts
}
