package meili

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// payloadBytes bounds what is sent at once, well below the server's 100 MB. Several payloads are several tasks, which the server does
// together where it can.
const payloadBytes = 24 << 20

// A write of one page takes the server about as long as one of four, a quarter of a second of a processor that searching wants too. So it rests
// for some times as long as a write took, but not so long that people look for what they added.
const (
	pauseTimes = 4
	pauseMost  = 5 * time.Second
)

// Pause implements search.Pausing.
func (x *Index) Pause(took time.Duration) time.Duration { return min(pauseTimes*took, pauseMost) }

// Replace puts the entries of the parents into the index. While it is rebuilt they go into both.
func (x *Index) Replace(ctx context.Context, parents []search.Key, entries []search.Entry) error {
	words, err := x.ready(ctx)
	if err != nil {
		return err
	}
	x.write.Lock()
	defer x.write.Unlock()
	docs, err := documents(entries, words)
	if err != nil {
		return err
	}
	if err := x.replace(ctx, x.uid, parents, docs); err != nil {
		return err
	}
	next := x.noteReplaced(parents, entries)
	if next == "" {
		return nil
	}
	return x.replace(ctx, next, parents, docs)
}

// noteReplaced tells a rebuild what is newer than what it reads, and returns the index it fills.
func (x *Index) noteReplaced(parents []search.Key, entries []search.Entry) (next string) {
	x.state.Lock()
	defer x.state.Unlock()
	if x.next == "" {
		return ""
	}
	for _, k := range parents {
		x.replaced[k] = true
	}
	for _, e := range entries {
		x.replaced[search.Key{Type: e.Type, Parent: e.Parent}] = true
	}
	return x.next
}

func documents(entries []search.Entry, words *vocabulary.Vocabulary) ([]document, error) {
	cuts := aboutWords(words, entries)
	docs := make([]document, len(entries))
	for i, e := range entries {
		var err error
		if docs[i], err = newDocument(e, cuts[i], words); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// replace adds the documents and removes what else there is of the parents, by name: removing by filter would keep the
// server from doing both at once. It returns when the server has done so.
func (x *Index) replace(ctx context.Context, uid string, parents []search.Key, docs []document) error {
	if err := x.settled(ctx, uid); err != nil {
		return err
	}
	gone, err := x.goneIDs(ctx, uid, parents, docs)
	if err != nil {
		return err
	}
	var last int64
	send := func(what string, f func(meilisearch.IndexManager) (*meilisearch.TaskInfo, error)) error {
		return x.srv.do(ctx, what, func(api meilisearch.ServiceManager) error {
			info, err := f(api.Index(uid))
			if err == nil {
				last = info.TaskUID
			}
			return err
		})
	}
	for _, c := range payloads(docs) {
		err := send("add entries", func(i meilisearch.IndexManager) (*meilisearch.TaskInfo, error) {
			return i.AddDocumentsWithContext(ctx, c, nil)
		})
		if err != nil {
			return err
		}
		if err := x.srv.wait(ctx, "add entries", last); err != nil {
			return err
		}
	}
	if len(gone) > 0 {
		err := send("remove entries", func(i meilisearch.IndexManager) (*meilisearch.TaskInfo, error) {
			return i.DeleteDocumentsWithContext(ctx, gone, nil)
		})
		if err != nil {
			return err
		}
		if err := x.srv.wait(ctx, "remove entries", last); err != nil {
			return err
		}
	}
	return x.written(ctx)
}

// settled waits for tasks that an earlier call left on the server, or another process that was killed: what they add cannot be seen
// yet, so it could not be removed.
func (x *Index) settled(ctx context.Context, uid string) error {
	for {
		var open int64
		err := x.srv.do(ctx, "look at the queue", func(api meilisearch.ServiceManager) error {
			res, err := api.GetTasksWithContext(ctx, &meilisearch.TasksQuery{
				IndexUIDS: []string{uid}, Statuses: []meilisearch.TaskStatus{meilisearch.TaskStatusEnqueued, meilisearch.TaskStatusProcessing}, Limit: 1,
			})
			if err == nil {
				open = int64(len(res.Results))
			}
			return err
		})
		if err != nil {
			return err
		}
		if open == 0 {
			return nil
		}
		if !x.sleep(100 * time.Millisecond) {
			return ErrClosed
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// goneIDs returns the ids of entries of the parents that are not among the documents.
func (x *Index) goneIDs(ctx context.Context, uid string, parents []search.Key, docs []document) ([]string, error) {
	stay := make(map[string]bool, len(docs))
	keys := make([]string, 0, len(parents))
	for _, k := range parents {
		name, err := keyName(k)
		if err != nil {
			return nil, err
		}
		keys = append(keys, name)
	}
	for i := range docs {
		stay[docs[i].ID] = true
		keys = append(keys, docs[i].Key)
	}
	slices.Sort(keys)
	if keys = slices.Compact(keys); len(keys) == 0 {
		return nil, nil
	}
	var gone []string
	const step = 10_000
	for offset := int64(0); ; offset += step {
		var res meilisearch.DocumentsResult
		err := x.srv.do(ctx, "look for entries", func(api meilisearch.ServiceManager) error {
			return api.Index(uid).GetDocumentsWithContext(ctx, &meilisearch.DocumentsQuery{
				Filter: in("key", keys), Fields: []string{"id"}, Limit: step, Offset: offset,
			}, &res)
		})
		if err != nil {
			return nil, err
		}
		for _, h := range res.Results {
			var d document
			if err := h.DecodeInto(&d); err != nil {
				return nil, fmt.Errorf("look for entries: %w", err)
			}
			if !stay[d.ID] {
				gone = append(gone, d.ID)
			}
		}
		if len(res.Results) < step {
			return gone, nil
		}
	}
}

// payloads cuts documents into what is sent at once.
func payloads(docs []document) [][]document {
	var out [][]document
	start, size := 0, 0
	for i := range docs {
		n := 8 * (len(docs[i].Text) + 200) // terms take several times the text
		if i > start && size+n > payloadBytes {
			out = append(out, docs[start:i])
			start, size = i, 0
		}
		size += n
	}
	if start < len(docs) {
		out = append(out, docs[start:])
	}
	return out
}

// written notes that the words are of the index as it is now.
func (x *Index) written(ctx context.Context) error {
	stamp, err := x.changed(ctx)
	if err == nil {
		x.stamp.Store(&stamp)
	}
	return err
}

// changed returns when the index was changed last.
func (x *Index) changed(ctx context.Context) (at time.Time, err error) {
	err = x.srv.do(ctx, "look at index", func(api meilisearch.ServiceManager) error {
		i, err := api.GetIndexWithContext(ctx, x.uid)
		if err == nil {
			at = i.UpdatedAt
		}
		return err
	})
	return at, err
}
