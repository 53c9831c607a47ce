package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search/searchbench"
	"github.com/aanpak/aanpak/internal/tenders"
)

// The made company: its size beside the pages, which AANPAK_BENCH_PAGES sets.
const (
	companyBranches = 12
	companyTenders  = 240
	pagesADocument  = 33
)

// large is a library made once and kept in the folder AANPAK_BENCH_DIR, else in the system's temporary one.
type large struct {
	*app.App
	cfg    *config.Config
	corpus *searchbench.Corpus
}

func benchPages() int {
	pages, err := strconv.Atoi(os.Getenv("AANPAK_BENCH_PAGES"))
	if err != nil {
		return 10_000
	}
	return pages
}

// largeConfig is where the library is kept.
func largeConfig(tb testing.TB) *config.Config {
	tb.Helper()
	base := os.Getenv("AANPAK_BENCH_DIR")
	if base == "" {
		base = os.TempDir()
	}
	cfg := apptest.Config(tb, db.SQLite)
	cfg.Data = filepath.Join(base, fmt.Sprintf("aanpak-company-v1-%d", benchPages()))
	if onServer() {
		cfg.Data += "-server"
		cfg.SearchURL = serverURL(tb)
	}
	cfg.DatabaseURL = config.Secret("sqlite:" + filepath.Join(cfg.Data, "aanpak.db"))
	return cfg
}

func largeCorpus() *searchbench.Corpus {
	pages := benchPages()
	return searchbench.New(max(pages/pagesADocument, 1), pages)
}

// openLarge opens the library, making it first where it is not there.
func openLarge(tb testing.TB, parts app.Parts) *large {
	tb.Helper()
	cfg := largeConfig(tb)
	l := &large{App: apptest.Open(tb, cfg, parts), cfg: cfg, corpus: largeCorpus()}
	done := filepath.Join(cfg.Data, "made")
	if _, err := os.Stat(done); err == nil {
		return l
	}
	l.fill(tb)
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		tb.Fatal(err)
	}
	return l
}

func (l *large) fill(tb testing.TB) {
	tb.Helper()
	ctx := tb.Context()
	start := time.Now()
	if some, err := l.People.Any(ctx); err != nil {
		tb.Fatal(err)
	} else if !some {
		l.people(tb)
		if err := l.DB.InTx(ctx, l.rows); err != nil {
			tb.Fatal(err)
		}
	}
	rows := time.Since(start)
	if err := l.Indexer.Fill(ctx, l.Index, func(int) {}); err != nil {
		tb.Fatal(err)
	}
	took := time.Since(start) - rows
	fmt.Printf("made %d pages in %v, indexed in %v: %.0f pages/s\n", l.corpus.Pages, rows.Round(time.Second), took.Round(time.Second), float64(l.corpus.Pages)/took.Seconds())
}

// people adds an administrator and a member for each branch, all by the tests' password.
func (l *large) people(tb testing.TB) {
	tb.Helper()
	for i := range companyBranches {
		for _, role := range []auth.Role{auth.RoleAdmin, auth.RoleMember} {
			_, err := l.People.Create(tb.Context(), auth.System(), people.NewUser{
				Email: fmt.Sprintf("%s%d@voorbeeld.nl", role, i), Name: fmt.Sprintf("%s %d", role, i), Branch: fmt.Sprintf("Vestiging %d", i), Role: role, Password: apptest.Password,
			})
			if err != nil {
				tb.Fatal(err)
			}
		}
	}
}

// rows writes tenders and documents straight into the database, as reading them would leave them.
func (l *large) rows(ctx context.Context, tx bun.Tx) error {
	var users []*people.User
	if err := tx.NewSelect().Model(&users).Scan(ctx); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(21, 22))
	list := l.tenders(users, rng)
	if _, err := tx.NewInsert().Model(&list).Exec(ctx); err != nil {
		return err
	}
	for n := range l.corpus.Documents {
		if err := l.document(ctx, tx, n, users[rng.IntN(len(users))], list[rng.IntN(len(list))], rng); err != nil {
			return err
		}
	}
	return nil
}

func (l *large) tenders(users []*people.User, rng *rand.Rand) (list []*tenders.Tender) {
	for i := range companyTenders {
		u := users[rng.IntN(len(users))]
		year := 2016 + rng.IntN(10)
		title := strings.Join([]string{l.corpus.Word(50 + rng.IntN(900)), l.corpus.Word(50 + rng.IntN(900)), l.corpus.Word(2000 + rng.IntN(9000))}, " ")
		client := "Gemeente " + l.corpus.Word(130_000+rng.IntN(60))
		ref := fmt.Sprintf("T-%d-%03d", year, i)
		list = append(list, &tenders.Tender{
			ID: fmt.Sprintf("t%05d", i), Reference: ref, ReferenceFolded: strings.ToLower(ref), Title: title, TitleFolded: title, Client: client, ClientFolded: strings.ToLower(client),
			Place: l.corpus.Word(130_000 + rng.IntN(60)), BranchID: u.BranchID, Year: year, Outcome: tenders.Outcomes[rng.IntN(len(tenders.Outcomes))],
			Score: float64(rng.IntN(100)) / 10, CreatedBy: u.ID, CreatedAt: time.Date(year, 3, 1, 0, 0, 0, 0, time.UTC), UpdatedAt: time.Date(year, 3, 1, 0, 0, 0, 0, time.UTC),
		})
	}
	return list
}

func (l *large) document(ctx context.Context, tx bun.Tx, n int, u *people.User, t *tenders.Tender, rng *rand.Rand) error {
	id, version := fmt.Sprintf("d%05d", n), fmt.Sprintf("v%05d", n)
	at := t.CreatedAt.Add(time.Duration(rng.IntN(300*24)) * time.Hour)
	title := strings.Join([]string{l.corpus.Word(50 + rng.IntN(900)), l.corpus.Word(50 + rng.IntN(900)), l.corpus.Word(2000 + rng.IntN(9000))}, " ")
	pages := l.pages(n, version)
	d := &library.Document{
		ID: id, Title: title, TitleFolded: title, Kind: library.Kinds[rng.IntN(len(library.Kinds))], BranchID: u.BranchID, TenderID: t.ID, OwnerID: u.ID, Language: "nl",
		Audience: "company", VersionID: version, ReadableID: version, CreatedAt: at, UpdatedAt: at,
	}
	v := &library.Version{
		ID: version, DocumentID: id, Number: 1, SHA256: fmt.Sprintf("%064x", n), Blob: fmt.Sprintf("%064x", n), Size: 1 << 20, MediaType: "application/pdf", Filename: title + ".pdf",
		Status: library.StatusReady, Pages: len(pages), Language: "nl", CreatedBy: u.ID, CreatedAt: at, ReadAt: bun.NullTime{Time: at},
	}
	tags := []library.Tag{{DocumentID: id, Tag: l.corpus.Word(60 + n%40), TagFolded: l.corpus.Word(60 + n%40)}}
	for _, model := range []any{d, v, &pages, &tags} {
		if _, err := tx.NewInsert().Model(model).Exec(ctx); err != nil {
			return err
		}
	}
	for _, key := range audience(u, rng) {
		if _, err := tx.ExecContext(ctx, "INSERT INTO document_audience (document_id, key) VALUES (?, ?) ON CONFLICT DO NOTHING", id, key); err != nil {
			return err
		}
	}
	return nil
}

func (l *large) pages(n int, version string) (list []*library.Page) {
	end := l.corpus.Page(fmt.Sprintf("d%05d", n), 1)
	for number := 1; ; number++ {
		at := end + number - 1
		if at >= l.corpus.Pages || n+1 < l.corpus.Documents && at >= l.corpus.Page(fmt.Sprintf("d%05d", n+1), 1) {
			return list
		}
		list = append(list, &library.Page{VersionID: version, Number: number, Text: l.corpus.Prose(at), Reader: "pdfium", Quality: 1, Width: 595, Height: 842})
	}
}

// audience is the company for half of the documents, a branch for some, groups for the others; and always the owner.
func audience(u *people.User, rng *rand.Rand) []string {
	keys := []string{auth.UserKey(u.ID)}
	switch rng.IntN(6) {
	case 0, 1, 2:
		return append(keys, auth.KeyCompany)
	case 3:
		return append(keys, auth.BranchKey(u.BranchID))
	}
	for range 1 + rng.IntN(3) {
		keys = append(keys, auth.GroupKey(strconv.Itoa(rng.IntN(searchbench.Groups))))
	}
	return keys
}
