package demo

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// loader brings in documents.
type loader struct {
	Target
	staff   Staff
	groups  map[string]string // ids by key
	tenders map[string]*selection
	now     time.Time
}

// made is a file with its bytes.
type made struct {
	*file
	data []byte
}

// load makes the files, some at once, and uploads them one after the other in their order.
func (l *loader) load(ctx context.Context, files []*file) error {
	byPath := map[string]*file{}
	for _, f := range files {
		byPath[f.path] = f
	}
	queue := make(chan chan made, 2*runtime.NumCPU())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return l.make(ctx, files, byPath, queue) })
	g.Go(func() error { return l.take(ctx, byPath, queue) })
	return g.Wait()
}

// make renders the files that are not there yet. The queue keeps their order and bounds how many wait.
func (l *loader) make(ctx context.Context, files []*file, byPath map[string]*file, queue chan<- chan made) error {
	defer close(queue)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for _, f := range files {
		if there, err := l.there(ctx, f); err != nil || there {
			if err != nil {
				return err
			}
			continue
		}
		done := make(chan made, 1)
		g.Go(func() error {
			data, err := render(f, byPath)
			if err != nil {
				return fmt.Errorf("%s: %w", f.path, err)
			}
			done <- made{f, data}
			return nil
		})
		select {
		case queue <- done:
		case <-ctx.Done():
			return g.Wait()
		}
	}
	return g.Wait()
}

// there tells whether nothing is to be done for a file.
func (l *loader) there(ctx context.Context, f *file) (bool, error) {
	if f.Part {
		return true, nil
	}
	d, err := l.Library.Imported(ctx, source(f))
	return d != nil, err
}

// source is under what the library remembers where a document came from.
func source(f *file) string { return "demo/" + f.path }

func (l *loader) take(ctx context.Context, byPath map[string]*file, queue <-chan chan made) error {
	for next := range queue {
		select {
		case m := <-next:
			if err := l.add(ctx, m, byPath); err != nil {
				return fmt.Errorf("%s: %w", m.path, err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// add uploads a file in the name of its owner, and has colleagues read it.
func (l *loader) add(ctx context.Context, m made, byPath map[string]*file) error {
	owner := l.staff[m.Owner]
	if owner == nil {
		return fmt.Errorf("nobody is called %q", m.Owner)
	}
	meta, err := l.meta(m.file, owner)
	if err != nil {
		return err
	}
	first := m
	if m.Before != "" {
		before := byPath[m.Before]
		if before == nil {
			return fmt.Errorf("there is no file %q", m.Before)
		}
		first.file = before
		if first.data, err = render(before, byPath); err != nil {
			return err
		}
		meta.CreatedAt = &before.at
	}
	d, err := l.Library.Import(ctx, owner.Viewer(), upload(first), meta, source(m.file))
	if err != nil {
		return err
	}
	if m.Before != "" {
		if _, err := l.Library.AddVersion(ctx, owner.Viewer(), d.ID, upload(m)); err != nil {
			return err
		}
	}
	return l.read(ctx, m.file, d)
}

func upload(m made) library.File {
	return library.File{Name: m.filename(), Size: int64(len(m.data)), Body: bytes.NewReader(m.data)}
}

// meta is what the owner says of the document.
func (l *loader) meta(f *file, owner *people.User) (library.Meta, error) {
	audience, err := l.audience(f.Audience)
	tags, tender := f.Tags, ""
	if s := l.tenders[f.Tender]; s != nil {
		tender = s.id
	}
	return library.Meta{
		Title: &f.Title, Kind: &f.Kind, TenderID: &tender, BranchID: &owner.BranchID, Audience: &audience, Tags: &tags, CreatedAt: &f.at,
	}, err
}

// audience puts ids in the place of keys.
func (l *loader) audience(s string) (string, error) {
	if key, ok := strings.CutPrefix(s, "group:"); ok {
		if l.groups[key] == "" {
			return "", fmt.Errorf("no group is called %q", key)
		}
		return "group:" + l.groups[key], nil
	}
	keys, ok := strings.CutPrefix(s, "people:")
	if !ok {
		return s, nil
	}
	var ids []string
	for k := range strings.SplitSeq(keys, ",") {
		if l.staff[k] == nil {
			return "", fmt.Errorf("nobody is called %q", k)
		}
		ids = append(ids, l.staff[k].ID)
	}
	return "people:" + strings.Join(ids, ","), nil
}

// readMonths is how far back colleagues read.
const readMonths = 10

// read has as many colleagues open the document as its head says, of those who see it.
func (l *loader) read(ctx context.Context, f *file, d *library.Document) error {
	keys := make([]string, 0, len(l.staff))
	for k, u := range l.staff {
		sees, err := l.sees(ctx, u, d)
		if err != nil {
			return err
		}
		if sees {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	random := rand.New(rand.NewPCG(uint64(f.seed("reads")), 1))
	random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	n := f.Reads
	if n == 0 {
		n = 1 + random.IntN(9)
	}
	first := max(0, f.at.Unix()-l.now.AddDate(0, -readMonths, 0).Unix())
	for _, k := range keys[:min(n, len(keys))] {
		// More of late than long ago, and never before the document was there.
		span := float64(l.now.Unix() - l.now.AddDate(0, -readMonths, 0).Unix() - first)
		at := l.now.Add(-time.Duration(span*random.Float64()*(.6+.4*random.Float64())) * time.Second)
		if err := l.Library.RecordReadAt(ctx, l.staff[k].Viewer(), d.ID, 1, at.UTC()); err != nil {
			return err
		}
	}
	return nil
}

// sees asks the library only about documents that are not for everybody.
func (l *loader) sees(ctx context.Context, u *people.User, d *library.Document) (bool, error) {
	if d.Audience == "company" {
		return true, nil
	}
	_, err := l.Library.Get(ctx, u.Viewer(), d.ID)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}
