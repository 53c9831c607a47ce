package social

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/markdown"
)

// People write @Name. What is kept is a token with an id (markdown.Token), so that a changed name is shown as it is now, and one that was
// erased is gone. What people see, and change, has names again.

// How many mentions a text may have, and how many runes behind an @ can be a name.
const (
	maxMentions = 50
	maxNamed    = 80
)

// named is somebody or a group that a text can name.
type named struct {
	token  string
	folded string // name
	branch string // folded, of a person
	own    bool   // of the viewer's branch
}

// withTokens puts a token for each @Name that the viewer can mean. Who has the same name as another is told apart by the branch behind the name,
// in brackets; without it the one of the viewer's own branch is meant, and where that leaves several, nobody.
func (s *Service) withTokens(ctx context.Context, tx bun.IDB, v auth.Viewer, body string) (string, error) {
	var b strings.Builder
	rest, code, named := body, markdown.Code(body), 0
	for named < maxMentions {
		i := nextAt(rest)
		if i < 0 {
			break
		}
		b.WriteString(rest[:i])
		rest = rest[i:]
		if within(code, len(body)-len(rest)) {
			b.WriteByte('@')
			rest = rest[1:]
			continue
		}
		named++
		line, _, _ := strings.Cut(rest[1:], "\n")
		token, n, err := s.tokenFor(ctx, tx, v, fold.Cut(line, maxNamed))
		if err != nil {
			return "", err
		}
		if n == 0 {
			b.WriteByte('@')
			rest = rest[1:]
			continue
		}
		b.WriteString(token)
		rest = rest[1+n:]
	}
	return b.String() + rest, nil
}

// within tells whether a place is in one of the pieces of a text.
func within(pieces [][2]int, at int) bool {
	return slices.ContainsFunc(pieces, func(p [2]int) bool { return p[0] <= at && at < p[1] })
}

// nextAt returns where the next @ is that may begin a name: not in a word, as that of a mail address, nor in a token.
func nextAt(s string) int {
	before := ' '
	for i, r := range s {
		if r == '@' && !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '<' && before != '.' {
			return i
		}
		before = r
	}
	return -1
}

// tokenFor finds the longest name that a text begins with, and how many bytes it takes. 0 = none.
func (s *Service) tokenFor(ctx context.Context, tx bun.IDB, v auth.Viewer, text string) (token string, n int, err error) {
	folded := fold.Key(text)
	if folded == "" {
		return "", 0, nil
	}
	list, err := candidates(ctx, tx, v, folded)
	if err != nil {
		return "", 0, err
	}
	slices.SortStableFunc(list, func(a, b named) int { return len(b.folded) - len(a.folded) })
	for len(list) > 0 {
		same := slices.IndexFunc(list, func(c named) bool { return c.folded != list[0].folded })
		if same < 0 {
			same = len(list)
		}
		if token, n := choose(text, list[:same]); n > 0 {
			return token, n, nil
		}
		list = list[same:]
	}
	return "", 0, nil
}

// candidates are the people and groups with whose name a folded text begins.
func candidates(ctx context.Context, tx bun.IDB, v auth.Viewer, folded string) (out []named, err error) {
	var people []struct{ ID, NameFolded, Branch, BranchID string }
	err = tx.NewSelect().TableExpr("users AS u").ColumnExpr("u.id, u.name_folded, b.name_folded AS branch, u.branch_id").Join("JOIN branches AS b ON b.id = u.branch_id").
		Where("u.deactivated_at IS NULL").Where("substr(?, 1, length(u.name_folded)) = u.name_folded", folded).Scan(ctx, &people)
	if err != nil {
		return nil, fmt.Errorf("mentions: %w", db.Classify(err))
	}
	for _, p := range people {
		out = append(out, named{"<@user:" + p.ID + ">", p.NameFolded, p.Branch, p.BranchID == v.BranchID})
	}
	list, err := groups.Named(ctx, tx, v, folded)
	for _, g := range list {
		out = append(out, named{token: "<@group:" + g.ID + ">", folded: g.NameFolded})
	}
	return out, err
}

// choose takes the one who is meant of several of the same name.
func choose(text string, list []named) (token string, n int) {
	n = bytesOf(text, list[0].folded)
	if n == 0 {
		return "", 0
	}
	if branch, whole := bracketed(text[n:]); branch != "" {
		for _, c := range list {
			if c.branch == branch {
				return c.token, n + whole
			}
		}
	}
	if len(list) > 1 {
		list = slices.DeleteFunc(slices.Clone(list), func(c named) bool { return !c.own })
	}
	if len(list) != 1 {
		return "", 0
	}
	return list[0].token, n
}

// bytesOf returns how many bytes of a text are a folded name, which must end with a word. 0 = they are not.
func bytesOf(text, folded string) int {
	for i, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && fold.Key(text[:i]) == folded && !strings.HasSuffix(text[:i], " ") {
			return i
		}
	}
	if fold.Key(text) == folded {
		return len(text)
	}
	return 0
}

// bracketed reads " (Branch)", folded, and how many bytes it takes.
func bracketed(s string) (branch string, n int) {
	inner, ok := strings.CutPrefix(s, " (")
	if !ok {
		return "", 0
	}
	inner, _, ok = strings.Cut(inner, ")")
	if !ok {
		return "", 0
	}
	return fold.Key(inner), len(inner) + 3
}

// addressed returns to whom a text speaks, each once.
func addressed(body string) (users, groups []string) { return once(markdown.Mentions(body)) }

// mentioned returns all whom a text could name, also in code: for their names.
func mentioned(body string) (users, groups []string) {
	var list []markdown.Named
	for _, m := range markdown.Token.FindAllStringSubmatch(body, -1) {
		list = append(list, markdown.Named{Kind: m[1], ID: m[2]})
	}
	return once(list)
}

// once tells people and groups apart, each once.
func once(list []markdown.Named) (users, groups []string) {
	for _, m := range list {
		of := &users
		if m.Kind == "group" {
			of = &groups
		}
		if !slices.Contains(*of, m.ID) {
			*of = append(*of, m.ID)
		}
	}
	return users, groups
}

// Names reads the names of whom texts mention, for showing them to the viewer: a group that they may not know of has none.
func (s *Service) Names(ctx context.Context, v auth.Viewer, bodies ...string) (markdown.Names, error) {
	return namesIn(ctx, s.db.Reader(), v, bodies...)
}

func namesIn(ctx context.Context, tx bun.IDB, v auth.Viewer, bodies ...string) (markdown.Names, error) {
	users, list := mentioned(strings.Join(bodies, "\n"))
	known := map[string]markdown.Name{}
	if len(users) > 0 {
		var rows []struct{ ID, Name string }
		if err := tx.NewSelect().TableExpr("users").Column("id", "name").Where("id IN (?)", bun.List(users)).Scan(ctx, &rows); err != nil {
			return nil, fmt.Errorf("names: %w", db.Classify(err))
		}
		for _, r := range rows {
			known["user:"+r.ID] = markdown.Name{Label: r.Name, URL: "/people/" + r.ID}
		}
	}
	if len(list) > 0 {
		found, err := groups.Known(ctx, tx, v, list)
		if err != nil {
			return nil, err
		}
		for _, g := range found {
			known["group:"+g.ID] = markdown.Name{Label: g.Name, URL: "/groups/" + g.ID}
		}
	}
	return func(kind, id string) (markdown.Name, bool) {
		n, ok := known[kind+":"+id]
		return n, ok
	}, nil
}

// Typed is a text as its author wrote it: with names for tokens, and the branch where there are several of the name.
func (s *Service) Typed(ctx context.Context, v auth.Viewer, body string) (string, error) {
	typed, err := s.Typer(ctx, v, body)
	if err != nil {
		return "", err
	}
	return typed(body), nil
}

// Typer is Typed for several texts, the names of which it reads at once.
func (s *Service) Typer(ctx context.Context, v auth.Viewer, bodies ...string) (func(body string) string, error) {
	names, err := s.Names(ctx, v, bodies...)
	if err != nil {
		return nil, err
	}
	branch, err := s.shared(ctx, bodies)
	if err != nil {
		return nil, err
	}
	return func(body string) string {
		return markdown.Token.ReplaceAllStringFunc(body, func(token string) string {
			m := markdown.Token.FindStringSubmatch(token)
			n, ok := names(m[1], m[2])
			if !ok {
				return token // what the writer cannot see stays as it is
			}
			return "@" + n.Label + branch[m[2]]
		})
	}, nil
}

// shared returns what stands behind the names in texts that several people have, by the id of who is meant: the branch, in brackets.
func (s *Service) shared(ctx context.Context, bodies []string) (map[string]string, error) {
	users, _ := mentioned(strings.Join(bodies, "\n"))
	branch := map[string]string{}
	if len(users) == 0 {
		return branch, nil
	}
	var rows []struct{ ID, Branch string }
	err := s.db.Reader().NewSelect().TableExpr("users AS u").ColumnExpr("u.id, b.name AS branch").Join("JOIN branches AS b ON b.id = u.branch_id").Where("u.id IN (?)", bun.List(users)).
		Where("EXISTS (SELECT 1 FROM users AS o WHERE o.name_folded = u.name_folded AND o.id <> u.id AND o.deactivated_at IS NULL)").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("names: %w", db.Classify(err))
	}
	for _, r := range rows {
		branch[r.ID] = " (" + r.Branch + ")"
	}
	return branch, nil
}
