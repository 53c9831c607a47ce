package meili

import (
	"context"
	"fmt"
	"math"

	"github.com/meilisearch/meilisearch-go"
)

// generation is in the name of the index: it changes whenever the same entries would be indexed differently. The new index starts empty
// and is filled from the database.
const generation = 1

// migrations bring the settings of an index from one version to the next; the last is the present version. One that has been
// released is never changed: a later one changes what it did.
var migrations = []func() []change{present1}

// change is a part of the settings that the server changes in one task.
type change struct {
	name string
	make func(context.Context, meilisearch.IndexManager) (*meilisearch.TaskInfo, error)
}

// present1 are the settings of the first version.
func present1() []change {
	return []change{
		{"settings", func(ctx context.Context, i meilisearch.IndexManager) (*meilisearch.TaskInfo, error) {
			return i.UpdateSettingsWithContext(ctx, settings1())
		}},
		{"filterable attributes", func(ctx context.Context, i meilisearch.IndexManager) (*meilisearch.TaskInfo, error) {
			return i.UpdateFilterableAttributesWithContext(ctx, filterable1())
		}},
		{"facet search", func(ctx context.Context, i meilisearch.IndexManager) (*meilisearch.TaskInfo, error) {
			return i.UpdateFacetSearchWithContext(ctx, false) // values are never completed by the server, and keeping them for it takes time
		}},
	}
}

func settings1() *meilisearch.Settings {
	never := "disabled" // beginnings are found in facets, without an index of them
	ranked := []string{"rank_title", "rank_often", "rank_extra", "rank_text"}
	return &meilisearch.Settings{
		SearchableAttributes: ranked,
		DisplayedAttributes:  []string{"id", "key", "type", "page", "title", "label", "extra", "text"},
		SortableAttributes:   []string{"key", "page", "points", "reused", "created"},
		RankingRules:         []string{"words", "sort", "attribute", "exactness", "created:desc"},
		StopWords:            []string{},
		Synonyms:             map[string][]string{}, // ours count at the next question, the server's would index again
		// Typing errors are corrected by us: only to words that the viewer sees, never a number to another.
		TypoTolerance: &meilisearch.TypoTolerance{Enabled: false, DisableOnNumbers: true},
		LocalizedAttributes: []*meilisearch.LocalizedAttributes{
			{AttributePatterns: ranked, Locales: []string{"nld", "eng"}},
		},
		ProximityPrecision: meilisearch.ByAttribute, // nearness is scored by us; kept by words it is most of the index
		PrefixSearch:       &never,
		// Totals and facets are cut at these, and we want them whole.
		Pagination: &meilisearch.Pagination{MaxTotalHits: math.MaxInt32},
		Faceting:   &meilisearch.Faceting{MaxValuesPerFacet: math.MaxInt32},
	}
}

// filterable1 lists what is compared whole. Comparing by size is left out where it is not used: it takes an index of its own.
func filterable1() *[]any {
	features := func(comparison bool) map[string]any {
		return map[string]any{"facetSearch": false, "filter": map[string]bool{"equality": true, "comparison": comparison}}
	}
	return &[]any{
		map[string]any{"attributePatterns": []string{
			"id", "key", "type", "words", "signs", "body", "head", "chains", "split",
			"kind", "branch", "client", "tender", "year", "outcome", "language", "tag", "score", "audience",
		}, "features": features(false)},
		map[string]any{"attributePatterns": []string{"points"}, "features": features(true)},
	}
}

// version is the record of an index's settings, kept in an index of its own.
type version struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

func (x *Index) versionsUID() string { return x.addr.Prefix + "_versions" }

// migrate makes the index where it is missing and brings its settings to the present version.
func (x *Index) migrate(ctx context.Context) error {
	if err := x.makeIndex(ctx, x.uid); err != nil {
		return err
	}
	if err := x.makeIndex(ctx, x.versionsUID()); err != nil {
		return err
	}
	v := version{ID: x.uid}
	err := x.srv.do(ctx, "version of the settings", func(api meilisearch.ServiceManager) error {
		err := api.Index(x.versionsUID()).GetDocumentWithContext(ctx, x.uid, nil, &v)
		if notThere(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if v.Version > len(migrations) {
		return fmt.Errorf("the index %s on the search server belongs to a newer Aanpak (settings %d, known are %d): update this one", x.uid, v.Version, len(migrations))
	}
	for v.Version < len(migrations) {
		if err := x.applySettings(ctx, x.uid, v.Version); err != nil {
			return err
		}
		v.Version++
		err := x.srv.task(ctx, "note the version of the settings", func(api meilisearch.ServiceManager) (*meilisearch.TaskInfo, error) {
			return api.Index(x.versionsUID()).AddDocumentsWithContext(ctx, []version{v}, nil)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// applySettings applies the migration after version from.
func (x *Index) applySettings(ctx context.Context, uid string, from int) error {
	for _, c := range migrations[from]() {
		err := x.srv.task(ctx, c.name, func(api meilisearch.ServiceManager) (*meilisearch.TaskInfo, error) {
			return c.make(ctx, api.Index(uid))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// makeIndex makes an index where it is missing.
func (x *Index) makeIndex(ctx context.Context, uid string) error {
	missing := false
	err := x.srv.do(ctx, "look for index "+uid, func(api meilisearch.ServiceManager) error {
		_, err := api.GetIndexWithContext(ctx, uid)
		if missing = notThere(err); missing {
			return nil
		}
		return err
	})
	if err != nil || !missing {
		return err
	}
	err = x.srv.task(ctx, "make index "+uid, func(api meilisearch.ServiceManager) (*meilisearch.TaskInfo, error) {
		return api.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: uid, PrimaryKey: "id"})
	})
	if taskCode(err) == "index_already_exists" { // another process was first
		return nil
	}
	return err
}
