package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// joined reads a document with its newest version, branch, owner and tender, and how often it was reused.
func (s *Service) joined(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("d.*").ColumnExpr(s.reused + " AS reused").
		ColumnExpr("v.number, v.status, v.failure, v.failure_detail, v.pages, v.pages_without_text AS no_text, v.sha256, v.size, v.media_type, v.filename").
		ColumnExpr("b.name AS branch_name, u.name AS owner_name, " + people.FaceSQL + " AS owner_photo").
		ColumnExpr("coalesce(t.reference, '') AS tender_ref, coalesce(t.title, '') AS tender_title, coalesce(t.client, '') AS client").
		ColumnExpr("coalesce(t.place, '') AS place, coalesce(t.year, 0) AS year, coalesce(t.outcome, '') AS outcome, coalesce(t.score, 0.0) AS score").
		Join("JOIN versions AS v ON v.id = d.version_id").
		Join("JOIN branches AS b ON b.id = d.branch_id").
		Join("JOIN users AS u ON u.id = d.owner_id").
		Join("LEFT JOIN tenders AS t ON t.id = d.tender_id")
}

// Get returns a document that is not in the trash.
func (s *Service) Get(ctx context.Context, v auth.Viewer, id string) (*Document, error) {
	return s.one(ctx, v, id, present)
}

// GetAny returns a document whether or not it is in the trash.
func (s *Service) GetAny(ctx context.Context, v auth.Viewer, id string) (*Document, error) {
	return s.one(ctx, v, id, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

func (s *Service) one(ctx context.Context, v auth.Viewer, id string, more func(*bun.SelectQuery) *bun.SelectQuery) (*Document, error) {
	d := new(Document)
	err := s.db.Reader().NewSelect().Model(d).Apply(s.joined).Apply(lending(v)).Apply(visibleTo(v)).Apply(more).Where("d.id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("document")
	}
	if err != nil {
		return nil, fmt.Errorf("read document: %w", db.Classify(err))
	}
	if err := s.noteLent(ctx, v, d); err != nil {
		return nil, err
	}
	return d, s.loadTags(ctx, d)
}

// noteLent writes down what is seen by temporary access only; what cannot be written down is not shown.
func (s *Service) noteLent(ctx context.Context, v auth.Viewer, list ...*Document) error {
	var lent []*Document
	for _, d := range list {
		if d.Lent {
			lent = append(lent, d)
		}
	}
	if len(lent) == 0 {
		return nil
	}
	if s.onLent == nil {
		return errs.NotFound("document")
	}
	return s.onLent(ctx, v, lent)
}

// OnLent says what is to be done before a viewer is shown documents that they see by temporary access only.
func (s *Service) OnLent(f func(ctx context.Context, v auth.Viewer, list []*Document) error) {
	s.onLent = f
}

// ByIDs returns the documents of the ids that the viewer may see, by id.
func (s *Service) ByIDs(ctx context.Context, v auth.Viewer, ids []string) (map[string]*Document, error) {
	if len(ids) == 0 {
		return map[string]*Document{}, nil
	}
	var list []*Document
	err := s.db.Reader().NewSelect().Model(&list).Apply(s.joined).Apply(lending(v)).Apply(visibleTo(v)).Apply(present).Where("d.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read documents: %w", db.Classify(err))
	}
	if err := s.noteLent(ctx, v, list...); err != nil {
		return nil, err
	}
	if err := s.loadTags(ctx, list...); err != nil {
		return nil, err
	}
	out := make(map[string]*Document, len(list))
	for _, d := range list {
		out[d.ID] = d
	}
	return out, nil
}

// loadTags fills Tags of all documents with one query.
func (s *Service) loadTags(ctx context.Context, list ...*Document) error {
	if len(list) == 0 {
		return nil
	}
	byID := make(map[string]*Document, len(list))
	ids := make([]string, len(list))
	for i, d := range list {
		byID[d.ID], ids[i] = d, d.ID
	}
	var tags []Tag
	err := s.db.Reader().NewSelect().Model(&tags).Where("document_id IN (?)", bun.List(ids)).Order("tag_folded").Scan(ctx)
	if err != nil {
		return fmt.Errorf("read tags: %w", db.Classify(err))
	}
	for _, t := range tags {
		d := byID[t.DocumentID]
		d.Tags = append(d.Tags, t.Tag)
	}
	return nil
}

// Versions returns every version of a document, the newest first.
func (s *Service) Versions(ctx context.Context, v auth.Viewer, documentID string) (list []*Version, err error) {
	if _, err := s.GetAny(ctx, v, documentID); err != nil {
		return nil, err
	}
	return s.VersionsOf(ctx, documentID)
}

// VersionsOf is Versions of a document that the caller has loaded for its viewer.
func (s *Service) VersionsOf(ctx context.Context, documentID string) (list []*Version, err error) {
	err = s.db.Reader().NewSelect().Model(&list).ColumnExpr("v.*").ColumnExpr("u.name AS creator_name, "+people.FaceSQL+" AS creator_photo").Join("JOIN users AS u ON u.id = v.created_by").
		Where("v.document_id = ?", documentID).Order("v.number DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", db.Classify(err))
	}
	return list, nil
}

// Version returns one version of a document by number; 0 is the newest, -1 the newest that could be read.
func (s *Service) Version(ctx context.Context, v auth.Viewer, documentID string, number int) (*Document, *Version, error) {
	d, err := s.Get(ctx, v, documentID)
	if err != nil {
		return nil, nil, err
	}
	ver := new(Version)
	q := s.db.Reader().NewSelect().Model(ver).Where("v.document_id = ?", documentID)
	switch number {
	case 0:
		q.Where("v.id = ?", d.VersionID)
	case -1:
		q.Where("v.id = ?", d.ReadableID)
	default:
		q.Where("v.number = ?", number)
	}
	if err := q.Scan(ctx); err != nil {
		if db.IsNoRows(err) {
			return nil, nil, errs.NotFound("version")
		}
		return nil, nil, fmt.Errorf("read version: %w", db.Classify(err))
	}
	return d, ver, nil
}

// Page returns page n of the version; number as in Version.
func (s *Service) Page(ctx context.Context, v auth.Viewer, documentID string, number, n int) (*Version, *Page, error) {
	_, ver, err := s.Version(ctx, v, documentID, number)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.PageOf(ctx, ver, n)
	return ver, p, err
}

// PageOf returns page n of a version that the caller has loaded for its viewer.
func (s *Service) PageOf(ctx context.Context, ver *Version, n int) (*Page, error) {
	p := new(Page)
	err := s.db.Reader().NewSelect().Model(p).Where("p.version_id = ?", ver.ID).Where("p.number = ?", n).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("page_of_document")
	}
	if err != nil {
		return nil, fmt.Errorf("read page: %w", db.Classify(err))
	}
	return p, nil
}

// PageRef names a page of the readable version of a document.
type PageRef struct {
	DocumentID string
	Number     int
}

// PageTexts returns the texts of pages of documents that the caller has already loaded for its viewer, for snippets.
func (s *Service) PageTexts(ctx context.Context, docs map[string]*Document, refs []PageRef) (map[PageRef]*Page, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	owner := map[string]string{}
	var list []*Page
	q := s.db.Reader().NewSelect().Model(&list)
	q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, r := range refs {
			if d := docs[r.DocumentID]; d != nil && d.ReadableID != "" {
				owner[d.ReadableID] = d.ID
				q.WhereOr("(p.version_id = ? AND p.number = ?)", d.ReadableID, r.Number)
			}
		}
		return q
	})
	if len(owner) == 0 {
		return nil, nil
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read page texts: %w", db.Classify(err))
	}
	out := make(map[PageRef]*Page, len(list))
	for _, p := range list {
		out[PageRef{owner[p.VersionID], p.Number}] = p
	}
	return out, nil
}

// PagesOf returns number, label and size of every page of a version, without the texts.
func (s *Service) PagesOf(ctx context.Context, ver *Version) (list []*Page, err error) {
	err = s.db.Reader().NewSelect().Model(&list).Column("version_id", "number", "label", "grid", "reader", "quality", "width", "height").
		Where("p.version_id = ?", ver.ID).Order("p.number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read pages: %w", db.Classify(err))
	}
	return list, nil
}

// Open returns the original file of a version that the caller has loaded for its viewer. The caller closes it.
func (s *Service) Open(ctx context.Context, ver *Version) (blob.Blob, error) {
	if err := s.Openable(ver); err != nil {
		return nil, err
	}
	b, err := s.blobs.Open(ctx, ver.Blob)
	if err != nil {
		return nil, errs.Unavailable("storage", fmt.Errorf("open version %s: %w", ver.ID, err))
	}
	return b, nil
}

// Link returns an address at which the browser gets the file of a version from the store itself, "" where the store gives none.
// The caller has loaded the version for its viewer.
func (s *Service) Link(ctx context.Context, ver *Version) (string, error) {
	l, ok := s.blobs.(blob.Linker)
	if !ok {
		return "", nil
	}
	if err := s.Openable(ver); err != nil {
		return "", err
	}
	link, err := l.Link(ctx, ver.Blob, ver.Filename, ver.MediaType)
	if errors.Is(err, blob.ErrNoLinks) {
		return "", nil
	}
	if err != nil {
		return "", errs.Unavailable("storage", fmt.Errorf("link to version %s: %w", ver.ID, err))
	}
	return link, nil
}

// EachPage calls f with every page of a version that the caller has loaded for its viewer, in order.
func (s *Service) EachPage(ctx context.Context, ver *Version, f func(*Page) error) error {
	return s.eachPage(ctx, ver.ID, f)
}

// CanShow asks, inside a transaction, whether a document is there for the viewer to show to others, and has a page of a number; 0 asks for none.
func (s *Service) CanShow(ctx context.Context, tx bun.IDB, v auth.Viewer, id string, page int) error {
	var pages int
	err := tx.NewSelect().Model((*Document)(nil)).ColumnExpr("coalesce(rv.pages, 0)").Join("LEFT JOIN versions AS rv ON rv.id = d.readable_id").
		Apply(visibleTo(v)).Apply(present).Where("d.id = ?", id).Scan(ctx, &pages)
	switch {
	case db.IsNoRows(err):
		return errs.NotFound("document")
	case err != nil:
		return fmt.Errorf("document to show: %w", db.Classify(err))
	case page < 0 || page > pages:
		return errs.NotFound("page")
	}
	return nil
}
