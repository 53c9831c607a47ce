package app

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
)

// importer is the viewer in whose name the import adds documents, with the rights of an administrator.
func (a *App) importer(ctx context.Context, email string) (auth.Viewer, error) {
	if email != "" {
		u, err := a.People.UserByEmail(ctx, email)
		if err != nil {
			return auth.Viewer{}, err
		}
		v := u.Viewer()
		v.Role = auth.RoleAdmin
		return v, nil
	}
	u, err := a.People.FirstAdmin(ctx)
	if errs.Is(err, errs.KindNotFound) {
		return auth.Viewer{}, usageError{errors.New("there is no administrator yet: make one with aanpak user create --role admin")}
	}
	if err != nil {
		return auth.Viewer{}, err
	}
	return u.Viewer(), nil
}

// importMeta turns names into what the library takes.
func (a *App) importMeta(ctx context.Context, in map[string]string) (m library.Meta, err error) {
	text := func(name string) *string {
		if v := strings.TrimSpace(in[name]); v != "" {
			return &v
		}
		return nil
	}
	m = library.Meta{Title: text("title"), Kind: (*library.Kind)(text("kind")), Audience: text("audience"), Language: text("language"), BranchID: text("branch"), TenderID: text("tender")}
	if m.BranchID != nil {
		b, err := a.People.Branch(ctx, *m.BranchID)
		if err != nil {
			return m, fmt.Errorf("branch %q: %s", *m.BranchID, sentence(err))
		}
		m.BranchID = &b.ID
	}
	if m.TenderID != nil {
		t, err := a.Tenders.ByReference(ctx, auth.System(), *m.TenderID)
		if err != nil {
			return m, fmt.Errorf("tender %q: %s", *m.TenderID, sentence(err))
		}
		m.TenderID = &t.ID
		if m.BranchID == nil {
			m.BranchID = &t.BranchID
		}
	}
	if tags := text("tags"); tags != nil {
		list := strings.Split(*tags, ";")
		m.Tags = &list
	}
	return m, nil
}

// readMap reads the CSV of fields by path.
func (r *importRun) readMap() (map[string]library.Meta, error) {
	f, err := os.Open(r.cmd.Map)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || !slices.Contains(rows[0], "path") {
		return nil, errors.New("the first line must name the columns, among them path")
	}
	out := map[string]library.Meta{}
	for i, row := range rows[1:] {
		fields := map[string]string{}
		for j, name := range rows[0] {
			fields[strings.TrimSpace(strings.ToLower(name))] = row[j]
		}
		m, err := r.app.importMeta(r.k.ctx, fields)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+2, err)
		}
		out[filepath.ToSlash(fields["path"])] = m
	}
	return out, nil
}

// merge lets the fields of the second beat those of the first.
func merge(a, b library.Meta) library.Meta {
	pick := func(to **string, from *string) {
		if from != nil {
			*to = from
		}
	}
	pick(&a.Title, b.Title)
	pick(&a.TenderID, b.TenderID)
	pick(&a.BranchID, b.BranchID)
	pick(&a.Audience, b.Audience)
	pick(&a.Language, b.Language)
	if b.Kind != nil {
		a.Kind = b.Kind
	}
	if b.Tags != nil {
		a.Tags = b.Tags
	}
	return a
}
