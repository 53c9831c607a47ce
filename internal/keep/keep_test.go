package keep_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/aanpak/aanpak/internal/keep"
)

// data is a number that commits change; its generation is how often.
type data struct{ value, commits int }

func (d *data) Generation(context.Context) (string, error) { return strconv.Itoa(d.commits), nil }

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
