package keep_test

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"testing"

	"github.com/aanpak/aanpak/internal/keep"
)

// data is a number that commits change; its generation is how often.
type data struct{ value, commits int }

func (d *data) Generation(context.Context) (keep.Generation, error) {
	return keep.Generation{Whole: strconv.Itoa(d.commits)}, nil
}

func (d *data) commit(value int) { d.value, d.commits = value, d.commits+1 }

func one(int) int { return 1 }

func TestKeep(t *testing.T) {
	d := &data{value: 1}
	k := keep.New(d, 2, one)
	made := 0
	get := func(ctx context.Context, key string) int {
		v, err := k.Get(ctx, key, func(context.Context) (int, error) { made++; return d.value, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	want := func(what string, got, value, times int) {
		t.Helper()
		if got != value || made != times {
			t.Errorf("%s: got %d after making %d times, want %d after %d", what, got, made, value, times)
		}
	}
	ctx := t.Context()
	want("first", get(ctx, "a"), 1, 1)
	want("again", get(ctx, "a"), 1, 1)
	want("another key", get(ctx, "b"), 1, 2)
	d.commit(5)
	want("after a commit", get(ctx, "a"), 5, 3)
	pinned := keep.Pin(ctx)
	get(pinned, "a")
	d.commit(6)
	want("a request that began before", get(pinned, "a"), 5, 3)
	want("one that begins now", get(ctx, "a"), 6, 4)
	get(ctx, "b")
	want("beyond its weight it begins anew", get(ctx, "c"), 6, 6)
	want("and makes again", get(ctx, "a"), 6, 7)
}

func TestKeepDropsErrors(t *testing.T) {
	k := keep.New(&data{}, 10, one)
	wrong := errors.New("wrong")
	for range 2 {
		if _, err := k.Get(t.Context(), "a", func(context.Context) (int, error) { return 0, wrong }); !errors.Is(err, wrong) {
			t.Errorf("got %v", err)
		}
	}
	v, err := k.Get(t.Context(), "a", func(context.Context) (int, error) { return 3, nil })
	if err != nil || v != 3 {
		t.Errorf("got %d, %v", v, err)
	}
}

// A change while an answer is made leaves the answer to who began before it.
func TestKeepChangedMeanwhile(t *testing.T) {
	d := &data{value: 1}
	k := keep.New(d, 10, one)
	_, _ = k.Get(t.Context(), "a", func(context.Context) (int, error) {
		old := d.value
		d.commit(2)
		return old, nil
	})
	v, err := k.Get(t.Context(), "a", func(context.Context) (int, error) { return d.value, nil })
	if err != nil || v != 2 {
		t.Errorf("got %d, %v: an answer of before the change", v, err)
	}
}

// tables tells its parts apart, each with a value that grows.
type tables map[string]int64

func (d tables) Generation(context.Context) (keep.Generation, error) {
	var sum int64
	for _, n := range d {
		sum += n
	}
	return keep.Generation{Whole: strconv.FormatInt(sum, 10), Parts: maps.Clone(d)}, nil
}

func (d tables) read(ctx context.Context, part string) int64 {
	keep.Uses(ctx, part)
	return d[part]
}

// An answer lives until one of the parts changes that it was made of: those that were read for it, for an answer in it, be it made or
// held, and by the request before.
func TestKeepParts(t *testing.T) {
	d := tables{}
	who, inner, outer := keep.New(d, 9, weightless), keep.New(d, 9, weightless), keep.New(d, 9, weightless)
	ask := func(ctx context.Context) (sum int64, made bool) {
		_, _ = who.Get(ctx, "", func(ctx context.Context) (int64, error) { return d.read(ctx, "users"), nil })
		sum, _ = outer.Get(ctx, "", func(ctx context.Context) (int64, error) {
			made = true
			within, _ := inner.Get(ctx, "", func(ctx context.Context) (int64, error) { return d.read(ctx, "pages"), nil })
			return within + d.read(ctx, "documents"), nil
		})
		return sum, made
	}
	ask(keep.Pin(t.Context()))
	for _, c := range []struct {
		part string
		made bool
	}{{"", false}, {"reads", false}, {"documents", true}, {"pages", true}, {"users", true}, {"reads", false}, {"pages", true}} {
		d[c.part]++
		want := d["documents"] + d["pages"]
		for i, ctx := range []context.Context{keep.Pin(t.Context()), keep.Follow(t.Context())} {
			if sum, made := ask(ctx); sum != want || made != (c.made && i == 0) {
				t.Errorf("after a change of %q, request %d: got %d, made %v; want %d, %v", c.part, i, sum, made, want, c.made)
			}
		}
	}
}

// Outside a request, where a part is unknown, and where nothing was read, any change makes stale.
func TestKeepPartsUnknown(t *testing.T) {
	for name, make := range map[string]func(tables) (context.Context, func(context.Context) (int64, error)){
		"outside a request": func(d tables) (context.Context, func(context.Context) (int64, error)) {
			return t.Context(), func(ctx context.Context) (int64, error) { return d.read(ctx, "users"), nil }
		},
		"a part unknown": func(d tables) (context.Context, func(context.Context) (int64, error)) {
			return keep.Follow(t.Context()), func(ctx context.Context) (int64, error) {
				keep.UsesAny(ctx)
				return d.read(ctx, "users"), nil
			}
		},
		"nothing read": func(tables) (context.Context, func(context.Context) (int64, error)) {
			return keep.Follow(t.Context()), func(context.Context) (int64, error) { return 0, nil }
		},
	} {
		d := tables{"users": 1}
		k, made := keep.New(d, 9, weightless), 0
		for range 3 {
			ctx, read := make(d)
			_, _ = k.Get(ctx, "", func(ctx context.Context) (int64, error) { made++; return read(ctx) })
			d["reads"]++
		}
		if made != 3 {
			t.Errorf("%s: made %d times, want 3", name, made)
		}
	}
}

// What is made again is held from then on, and what is stale makes room first.
func TestKeepAgain(t *testing.T) {
	d := tables{}
	k := keep.New(d, 2, func(int64) int { return 1 })
	n := int64(0)
	next := func(part string) func(context.Context) (int64, error) {
		return func(ctx context.Context) (int64, error) { n++; keep.Uses(ctx, part); return n, nil }
	}
	ctx := t.Context
	get := func(key, part string) int64 { v, _ := k.Get(keep.Follow(ctx()), key, next(part)); return v }
	get("a", "users")
	if v, _ := k.Again(keep.Follow(ctx()), "a", next("users")); v != 2 || get("a", "users") != 2 {
		t.Errorf("got %d and %d, want 2 twice", v, get("a", "users"))
	}
	get("b", "reads")
	d["reads"]++
	get("c", "users")
	if v := get("a", "users"); v != 2 {
		t.Errorf("made %d anew, though what was stale could go", v)
	}
}

func weightless(int64) int { return 0 }
