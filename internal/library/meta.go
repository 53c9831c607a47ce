package library

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

const (
	maxTitle = 300 // runes
	maxTags  = 30
	maxTag   = 60 // runes
)

// Meta is what people say of a document. On upload empty fields get their defaults; on change nil fields stay.
type Meta struct {
	Title    *string
	Kind     *Kind
	TenderID *string // empty: no tender
	BranchID *string
	Audience *string // empty: what the kind has by default
	Language *string
	Tags     *[]string
	// CreatedAt dates what an upload or import brings in, for archives that know; a time to come counts as now. Changing a
	// document leaves its dates alone.
	CreatedAt *time.Time
}

// apply checks the fields that are there and writes them into d.
func (m Meta) apply(d *Document) (a Audience, err error) {
	e := errs.Invalid("error.invalid")
	if m.Title != nil {
		d.Title = fold.Line(*m.Title)
		if d.Title == "" {
			e.Field("title", "error.field.required")
		}
		if len([]rune(d.Title)) > maxTitle {
			e.Field("title", "error.field.too_long", "Max", maxTitle)
		}
		d.TitleFolded = fold.Key(d.Title)
	}
	if m.Kind != nil {
		if d.Kind = *m.Kind; !d.Kind.Valid() {
			e.Field("kind", "error.field.kind")
		}
	}
	if m.TenderID != nil {
		d.TenderID = *m.TenderID
	}
	if m.BranchID != nil {
		d.BranchID = *m.BranchID
	}
	if m.Language != nil {
		d.Language, d.LanguageSet = *m.Language, *m.Language != ""
		if n := len(d.Language); n != 0 && (n < 2 || n > 3 || strings.Trim(d.Language, "abcdefghijklmnopqrstuvwxyz") != "") {
			e.Field("language", "error.field.language")
		}
	}
	if m.Tags != nil {
		d.Tags = cleanTags(*m.Tags)
		if len(d.Tags) > maxTags {
			e.Field("tags", "error.field.too_many", "Max", maxTags)
		}
		if slices.ContainsFunc(d.Tags, func(t string) bool { return len([]rune(t)) > maxTag }) {
			e.Field("tags", "error.field.too_long", "Max", maxTag)
		}
	}
	if m.Audience != nil {
		d.Audience = *m.Audience
	}
	if d.Audience == "" {
		d.Audience = DefaultAudience(d.Kind)
	}
	a, err = ParseAudience(d.Audience)
	if err != nil {
		e.Field("audience", "error.field.audience")
	}
	d.Audience = a.String()
	return a, e.OrNil()
}

// cleanTags drops empty and repeated tags and a leading "#". A comma separates tags, wherever they come from.
func cleanTags(tags []string) (out []string) {
	seen := map[string]bool{}
	for t := range strings.SplitSeq(strings.Join(tags, ","), ",") {
		t = strings.TrimLeft(fold.Line(t), "# ")
		if k := fold.Key(t); k != "" && !seen[k] {
			seen[k] = true
			out = append(out, t)
		}
	}
	return out
}

// writeTags replaces the tags of a document.
func writeTags(ctx context.Context, tx bun.Tx, d *Document) error {
	if _, err := tx.NewDelete().Model((*Tag)(nil)).Where("document_id = ?", d.ID).Exec(ctx); err != nil {
		return err
	}
	if len(d.Tags) == 0 {
		return nil
	}
	rows := make([]Tag, len(d.Tags))
	for i, t := range d.Tags {
		rows[i] = Tag{DocumentID: d.ID, Tag: t, TagFolded: fold.Key(t)}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// checkLinks asks the database whether branch and tender exist.
func checkLinks(ctx context.Context, tx bun.IDB, d *Document) error {
	e := errs.Invalid("error.invalid")
	for _, link := range []struct{ field, table, id, key string }{
		{"branch", "branches", d.BranchID, "error.field.branch"},
		{"tender_id", "tenders", d.TenderID, "error.field.tender"},
	} {
		if link.id == "" && link.field == "tender_id" {
			continue
		}
		ok, err := tx.NewSelect().TableExpr(link.table).Where("id = ?", link.id).Exists(ctx)
		if err != nil {
			return err
		}
		if !ok {
			e.Field(link.field, link.key)
		}
	}
	return e.OrNil()
}

// CleanName returns the last part of a file's name as one visible line of at most 200 runes: whatever a client sends,
// no path, control or direction mark is kept.
func CleanName(name string) string {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/")
	name = fold.Line(path.Base(strings.Trim(name, "/ ")))
	if strings.Trim(name, ". /") == "" {
		return "document"
	}
	ext := path.Ext(name)
	if len([]rune(ext)) > 10 {
		ext = ""
	}
	if len([]rune(name)) > 200 {
		name = fold.Cut(strings.TrimSuffix(name, ext), 200-len([]rune(ext))) + ext
	}
	return name
}

// titleFromName makes a readable title of a file's name.
func titleFromName(name string) string {
	t := strings.TrimSuffix(name, path.Ext(name))
	if strings.Count(t, " ") == 0 {
		t = strings.NewReplacer("_", " ", "-", " ").Replace(t)
	}
	if t = fold.Line(t); t == "" {
		return name
	}
	return t
}

// kindWords guess the kind of a document from words in its name, the first that fits.
var kindWords = []struct {
	kind  Kind
	words []string
}{
	{KindNotice, []string{"nota van inlichtingen", "nvi"}},
	{KindAward, []string{"gunning", "award", "beoordelingsbrief"}},
	{KindSafety, []string{"v&g", "veiligheid", "vgm", "safety"}},
	{KindRisk, []string{"risico", "risk"}},
	{KindQuality, []string{"kwaliteit", "quality"}},
	{KindCalculation, []string{"calculatie", "begroting", "raming", "kostenopzet", "calculation"}},
	{KindSchedule, []string{"planning", "schedule", "bouwtijd"}},
	{KindReference, []string{"referentie", "reference"}},
	{KindPresentation, []string{"presentatie", "presentation"}},
	{KindApproach, []string{"plan van aanpak", "pva", "aanpak", "approach", "emvi", "bpkv"}},
	{KindCV, []string{"cv", "curriculum"}},
}

// GuessKind proposes a kind from a file's name; KindOther where nothing fits.
func GuessKind(name string) Kind {
	folded := " " + strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(fold.Key(name)) + " "
	for _, k := range kindWords {
		for _, w := range k.words {
			if len(w) <= 3 && !strings.Contains(w, "&") {
				w = " " + w + " "
			}
			if strings.Contains(folded, w) {
				return k.kind
			}
		}
	}
	return KindOther
}
