package meili

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/aanpak/aanpak/internal/search"
)

// ours are the keys of an installation on the server.
func ours(t *testing.T, x *Index) (keys []meilisearch.Key) {
	t.Helper()
	if x.addr.Key == "" {
		return nil // a server without keys
	}
	res, err := x.srv.given.GetKeysWithContext(bg, &meilisearch.KeysQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range res.Results {
		if slices.Equal(k.Indexes, []string{x.addr.Prefix + "_*"}) {
			keys = append(keys, k)
		}
	}
	return keys
}

// TestOwnKey: given a key that may make keys, the index uses one that can do no more than it needs, and gives it back.
func TestOwnKey(t *testing.T) {
	x := openReal(t)
	keys := ours(t, x)
	if len(keys) != 1 || keys[0].UID != x.srv.own || time.Until(keys[0].ExpiresAt) > keyLife {
		t.Fatalf("keys on the server: %+v", keys)
	}
	if missing, err := x.MissingRights(bg); err != nil || len(missing) > 0 {
		t.Errorf("missing %v, %v", missing, err)
	}
	if err := x.makeIndex(bg, "foreign"); !errors.Is(err, ErrKey) {
		t.Errorf("our key made somebody else's index: %v", err)
	}
	if err := x.Close(); err != nil || len(ours(t, x)) != 0 {
		t.Errorf("after Close: %v, keys %+v", err, ours(t, x))
	}
}

// TestKeyIsRenewed: a key that is removed, or grows old, is replaced while the index is in use.
func TestKeyIsRenewed(t *testing.T) {
	x := openReal(t)
	mustPut(t, x, entry("a", 1, "kade"))
	first := x.srv.own
	if err := x.srv.dropKey(bg, first); err != nil {
		t.Fatal(err)
	}
	if total(t, x, "kade") != 1 || x.srv.own == first {
		t.Errorf("after the key was removed: key %q, was %q", x.srv.own, first)
	}
	second := x.srv.own
	if err := x.srv.rotate(bg, time.Now()); err != nil || x.srv.own != second {
		t.Errorf("a young key was replaced: %v", err)
	}
	if err := x.srv.rotate(bg, time.Now().Add(keyLife/2+time.Hour)); err != nil || x.srv.own == second {
		t.Errorf("an old key was kept: %v", err)
	}
	if keys := ours(t, x); len(keys) != 1 || total(t, x, "kade") != 1 {
		t.Errorf("after renewing: keys %+v", keys)
	}
}

// TestWrongKey: a key that the server does not know is said so at once.
func TestWrongKey(t *testing.T) {
	a := serverAddress(t)
	if a.Key == "" {
		t.Skip("skipped, this server has no keys")
	}
	a.Prefix, a.Key = prefixOf(t), "nonsense"
	_, err := Open(bg, Options{Address: a})
	if !errors.Is(err, ErrKey) || strings.Contains(err.Error(), "nonsense") {
		t.Errorf("open: %v", err)
	}
}

// TestLimitedKey: a key that may not make keys is used as it is, and what it lacks is named.
func TestLimitedKey(t *testing.T) {
	a := cleared(t)
	full := openAt(t, a, newTransport())
	mustPut(t, full, entry("a", 1, "kade"))
	k, err := full.srv.given.CreateKeyWithContext(bg, &meilisearch.Key{
		Name: "limited", Actions: []string{"search", "indexes.get", "documents.get", "stats.get", "tasks.get", "settings.get"},
		Indexes: []string{a.Prefix + "_*"}, ExpiresAt: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = full.srv.given.DeleteKeyWithContext(bg, k.UID) })
	a.Key = k.Key
	x, err := Open(bg, Options{Address: a})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if x.srv.own != "" || total(t, x, "kade") != 1 {
		t.Errorf("own key %q", x.srv.own)
	}
	missing, err := x.MissingRights(bg)
	if want := []string{"documents.add", "documents.delete", "settings.update", "indexes.swap"}; err != nil || !slices.Equal(missing, want) {
		t.Errorf("missing %v, want %v, %v", missing, want, err)
	}
	if err := put(x, entry("b", 1, "brug")); !errors.Is(err, ErrKey) {
		t.Errorf("replace without the right: %v", err)
	}
}

// TestTaskFails: what the server accepts and cannot do comes back with its reason.
func TestTaskFails(t *testing.T) {
	x := open(t)
	err := x.srv.task(bg, "add", func(api meilisearch.ServiceManager) (*meilisearch.TaskInfo, error) {
		return api.Index(x.uid).AddDocumentsWithContext(bg, []map[string]string{{"id": "no such id!"}}, nil)
	})
	var e *TaskError
	if !errors.As(err, &e) || e.Code != "invalid_document_id" || !errors.Is(err, ErrRefused) {
		t.Errorf("err %v", err)
	}
	err = x.Replace(bg, []search.Key{{Type: "document", Parent: strings.Repeat("x", 500)}}, nil)
	if err == nil {
		t.Error("an id that the server has no room for was taken")
	}
}
