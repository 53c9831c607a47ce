package meili

import (
	"context"
	"fmt"
	"time"

	"github.com/meilisearch/meilisearch-go"
)

// What our key may do, on indexes of our prefix alone.
var actions = []string{
	"search", "documents.add", "documents.get", "documents.delete", "indexes.create", "indexes.get", "indexes.delete", "indexes.swap",
	"settings.get", "settings.update", "tasks.get", "stats.get",
}

// A key of our own lives for keyLife and is replaced when half of it is over, so that one that leaked soon ends, and those of
// processes that were killed end by themselves.
const keyLife = 14 * 24 * time.Hour

// ownKey makes a key that can do no more than we need, and uses it. A key of the settings that may not make keys is used as it is.
func (s *server) ownKey(ctx context.Context, clock func() time.Time) error {
	if s.address.Key == "" {
		return nil // a server without keys
	}
	ends := clock().Add(keyLife).UTC()
	k, err := s.given.CreateKeyWithContext(ctx, &meilisearch.Key{
		Name:        "Aanpak: indexes of " + s.address.Prefix,
		Description: "Made by a running Aanpak for itself. It makes a new one when this one is deleted.",
		Actions:     actions, Indexes: []string{s.address.Prefix + "_*"}, ExpiresAt: ends,
	})
	if refusedKey(err) {
		return nil
	}
	if err != nil {
		return explain(ctx, "make a key", err)
	}
	s.mu.Lock()
	old := s.own
	s.own, s.until, s.api = k.UID, ends, s.with(k.Key)
	s.mu.Unlock()
	return s.dropKey(ctx, old)
}

func (s *server) dropKey(ctx context.Context, uid string) error {
	if uid == "" {
		return nil
	}
	_, err := s.given.DeleteKeyWithContext(ctx, uid)
	if notThere(err) {
		return nil
	}
	return explain(ctx, "delete a key", err)
}

// renew makes a new key of our own where the one in use is gone, and tells whether there is another now. A key that is there and
// was refused lacks the right to what was asked: another like it would too.
func (s *server) renew(ctx context.Context, refused meilisearch.ServiceManager) bool {
	s.mu.Lock()
	now, own := s.api, s.own
	s.mu.Unlock()
	if now != refused { // somebody else was first
		return true
	}
	if own == "" {
		return false
	}
	if _, err := s.given.GetKeyWithContext(ctx, own); !notThere(err) {
		return false
	}
	return s.ownKey(ctx, time.Now) == nil && s.now() != refused
}

// rotate replaces our key when half of its life is over.
func (s *server) rotate(ctx context.Context, now time.Time) error {
	s.mu.Lock()
	due := s.own != "" && s.until.Sub(now) < keyLife/2
	s.mu.Unlock()
	if !due {
		return nil
	}
	return s.ownKey(ctx, func() time.Time { return now })
}

// probe is a call that needs a right and changes nothing.
type probe struct {
	right string
	call  func(context.Context, meilisearch.ServiceManager, string) error
}

var probes = []probe{
	{"search", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.Index(uid).SearchWithContext(ctx, "", &meilisearch.SearchRequest{Limit: 1, AttributesToRetrieve: placeFields})
		return err
	}},
	{"documents.get", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		return api.Index(uid).GetDocumentsWithContext(ctx, &meilisearch.DocumentsQuery{Limit: 1, Fields: placeFields}, &meilisearch.DocumentsResult{})
	}},
	{"documents.add", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.Index(uid).AddDocumentsWithContext(ctx, []document{}, nil)
		return err
	}},
	{"documents.delete", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.Index(uid).DeleteDocumentsWithContext(ctx, []string{}, nil)
		return err
	}},
	{"indexes.get", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.GetIndexWithContext(ctx, uid)
		return err
	}},
	{"settings.get", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.Index(uid).GetRankingRulesWithContext(ctx)
		return err
	}},
	{"settings.update", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.Index(uid).UpdateSettingsWithContext(ctx, &meilisearch.Settings{})
		return err
	}},
	{"tasks.get", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.GetTasksWithContext(ctx, &meilisearch.TasksQuery{Limit: 1})
		return err
	}},
	{"stats.get", func(ctx context.Context, api meilisearch.ServiceManager, uid string) error {
		_, err := api.Index(uid).GetStatsWithContext(ctx, nil)
		return err
	}},
	{"indexes.swap", func(ctx context.Context, api meilisearch.ServiceManager, _ string) error {
		_, err := api.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{})
		return err
	}},
}

// missingRights returns what we need and the key in use may not do.
func (s *server) missingRights(ctx context.Context, uid string) ([]string, error) {
	var missing []string
	for _, p := range probes {
		switch err := p.call(ctx, s.now(), uid); {
		case refusedKey(err):
			missing = append(missing, p.right)
		case err != nil && !notThere(err):
			return missing, fmt.Errorf("rights: %w", explain(ctx, p.right, err))
		}
	}
	return missing, nil
}

// forgetKey deletes the key of our own, for the end.
func (s *server) forgetKey(ctx context.Context) error {
	s.mu.Lock()
	uid := s.own
	s.own, s.api = "", s.given
	s.mu.Unlock()
	return s.dropKey(ctx, uid)
}
