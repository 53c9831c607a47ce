package social

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
)

// Happening is what happened in the work that colleagues would want to hear.
type Happening string

// The happenings: how a tender went on, and documents that somebody added.
const (
	Submitted Happening = "submitted"
	Won       Happening = "won"
	Lost      Happening = "lost"
	Added     Happening = "added"
)

// happenings are the outcomes of a tender that are told.
var happenings = map[tenders.Outcome]Happening{tenders.OutcomeSubmitted: Submitted, tenders.OutcomeWon: Won, tenders.OutcomeLost: Lost}

// How long after it happened something is proposed.
const (
	endedFor = 14 * 24 * time.Hour
	addedFor = 7 * 24 * time.Hour
)

// mostEnded is of how many tenders is proposed to tell; who has more to say says it themselves.
const mostEnded = 5

// toldKinds are the kinds of documents that are worth telling of.
var toldKinds = []library.Kind{
	library.KindApproach, library.KindSchedule, library.KindRisk, library.KindQuality, library.KindSafety, library.KindReference, library.KindPresentation,
}

// Proposal is a post that the work suggests to whoever did it. Nobody else sees it, and it is no post until they make it one.
type Proposal struct {
	What      Happening
	Tender    *tenders.Tender // of Added: the one that all documents are of; nil = none
	Team      []string        // ids of the others on the tender's team, of what is not Added
	Documents []*library.Document
	Audience  string // as Input has it
}

// About is what putting the proposal aside is said of; empty for documents, of which all until now are put aside.
func (p *Proposal) About() Target {
	if p.What == Added {
		return ""
	}
	return TenderTarget(p.Tender.ID)
}

// Cards are what the post shows.
func (p *Proposal) Cards() (list []Card) {
	if p.Tender != nil {
		list = append(list, Card{Target: TenderTarget(p.Tender.ID)})
	}
	for _, d := range p.Documents {
		if len(list) < maxCards {
			list = append(list, Card{Target: DocumentTarget(d.ID)})
		}
	}
	return list
}

// aside is a proposal that somebody does not want to see again.
type aside struct {
	bun.BaseModel `bun:"table:proposals_aside,alias:pa"`

	UserID string    `bun:",pk"`
	About  Target    `bun:",pk"`
	What   Happening `bun:"event,pk"`
	At     time.Time
}

// Proposals are the posts that the viewer's own work suggests, the latest first: of tenders that they began or said the outcome of, unless the
// company was told, and of documents that they added for more than a few.
func (s *Service) Proposals(ctx context.Context, v auth.Viewer) ([]*Proposal, error) {
	if v.UserID == "" {
		return nil, nil
	}
	var off []aside
	if err := s.db.Reader().NewSelect().Model(&off).Where("pa.user_id = ?", v.UserID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("proposals: %w", db.Classify(err))
	}
	out, err := s.proposeEnded(ctx, v, off)
	if err != nil {
		return nil, err
	}
	added, err := s.proposeAdded(ctx, v, off)
	if err != nil || added == nil {
		return out, err
	}
	return append(out, added), nil
}

func (s *Service) proposeEnded(ctx context.Context, v auth.Viewer, off []aside) (out []*Proposal, err error) {
	list, err := s.tenders.Ended(ctx, v, s.Now().Add(-endedFor))
	if err != nil {
		return nil, err
	}
	told, err := s.lastTold(ctx, v, targetsFor(list, func(t *tenders.Tender) Target { return TenderTarget(t.ID) }))
	if err != nil {
		return nil, err
	}
	for _, t := range list[:min(len(list), mostEnded)] {
		about, what := TenderTarget(t.ID), happenings[t.Outcome]
		put := slices.ContainsFunc(off, func(a aside) bool { return a.About == about && a.What == what })
		if what == "" || put || !told[about].Before(t.OutcomeAt.Time) {
			continue
		}
		p := &Proposal{What: what, Tender: t, Audience: ForCompany}
		team, err := s.tenders.Team(ctx, v, t.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range team {
			if m.UserID != v.UserID {
				p.Team = append(p.Team, m.UserID)
			}
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *Service) proposeAdded(ctx context.Context, v auth.Viewer, off []aside) (*Proposal, error) {
	list, err := s.added(ctx, v, off)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	told, err := s.lastTold(ctx, v, targetsFor(list, func(d *library.Document) Target { return DocumentTarget(d.ID) }))
	if err != nil {
		return nil, err
	}
	p := &Proposal{What: Added}
	for _, d := range list {
		if !told[DocumentTarget(d.ID)].IsZero() {
			continue
		}
		audience := postAudience(v, d)
		if audience == "" || len(p.Documents) > 0 && (audience != p.Audience || d.TenderID != p.Documents[0].TenderID) {
			continue
		}
		p.Audience, p.Documents = audience, append(p.Documents, d)
	}
	if len(p.Documents) == 0 {
		return nil, nil
	}
	if id := p.Documents[0].TenderID; id != "" {
		p.Tender, err = s.tenders.Get(ctx, v, id)
	}
	return p, err
}

// added are the viewer's own documents of these days that are worth telling of: no import and no unpacked archive.
func (s *Service) added(ctx context.Context, v auth.Viewer, off []aside) ([]*library.Document, error) {
	since := s.Now().Add(-addedFor)
	for _, a := range off {
		if a.What == Added && a.At.After(since) {
			since = a.At
		}
	}
	list, _, err := s.library.List(ctx, v, library.Filter{Owner: v.UserID, Status: []library.Status{library.StatusReady}, Limit: 3 * maxCards})
	return slices.DeleteFunc(list, func(d *library.Document) bool {
		return !d.CreatedAt.After(since) || d.SourceID != "" || !slices.Contains(toldKinds, d.Kind)
	}), err
}

// postAudience is for whom a post of a document can be: as many as see the document, and a branch or group of the viewer's; empty where that
// is not possible.
func postAudience(v auth.Viewer, d *library.Document) string {
	a, err := library.ParseAudience(d.Audience)
	if err != nil {
		return ""
	}
	branch := a.Kind == ForBranch && (len(a.IDs) == 0 && d.BranchID == v.BranchID || len(a.IDs) == 1 && a.IDs[0] == v.BranchID)
	switch {
	case a.Kind == ForCompany:
		return ForCompany
	case branch:
		return ForBranch + ":" + v.BranchID
	case a.Kind == ForGroup && !slices.ContainsFunc(a.IDs, func(id string) bool { return !slices.Contains(v.Groups, id) }):
		return a.String()
	}
	return ""
}

// lastTold returns when each thing was last shown in a post for the company, or in one of the viewer's own, drafts too.
func (s *Service) lastTold(ctx context.Context, v auth.Viewer, things []Target) (map[Target]time.Time, error) {
	if len(things) == 0 {
		return nil, nil
	}
	var rows []struct {
		Target      Target
		PublishedAt bun.NullTime
		UpdatedAt   time.Time
	}
	err := s.db.Reader().NewSelect().TableExpr("post_cards AS pc").ColumnExpr("pc.target, p.published_at, p.updated_at").Join("JOIN posts AS p ON p.id = pc.post_id").
		Where("pc.target IN (?)", bun.List(things)).
		Where("((p.state = ? AND p.audience = ?) OR (p.author_id = ? AND p.state IN (?, ?, ?)))", StatePublished, ForCompany, v.UserID, StatePublished, StateDraft, StateScheduled).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("what was told: %w", db.Classify(err))
	}
	out := map[Target]time.Time{}
	for _, r := range rows {
		at := r.PublishedAt.Time
		if at.IsZero() {
			at = r.UpdatedAt
		}
		if at.After(out[r.Target]) {
			out[r.Target] = at
		}
	}
	return out, nil
}

func targetsFor[T any](list []T, of func(T) Target) []Target {
	out := make([]Target, len(list))
	for i, x := range list {
		out[i] = of(x)
	}
	return out
}

// PutAside takes a proposal away for good: one of a tender's outcome, or, with no thing, what was added until now.
func (s *Service) PutAside(ctx context.Context, v auth.Viewer, about Target, what Happening) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	switch {
	case what == Added && about == "":
	case about.Kind() == OfTender && (what == Submitted || what == Won || what == Lost):
		if _, err := s.tenders.Get(ctx, v, about.ID()); err != nil {
			return err
		}
	default:
		return errs.NotFound("post")
	}
	row := &aside{UserID: v.UserID, About: about, What: what, At: s.Now()}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*aside)(nil)).Where("user_id = ?", v.UserID).Where("at < ?", row.At.Add(-2*endedFor)).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(row).On("CONFLICT (user_id, about, event) DO UPDATE").Set("at = EXCLUDED.at").Exec(ctx)
		return err
	})
}
