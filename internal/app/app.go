// Package app wires the parts together and holds the commands. It is the only place that knows every package.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/blob/disk"
	"github.com/aanpak/aanpak/internal/blob/s3"
	"github.com/aanpak/aanpak/internal/clamav"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/live"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/mail"
	"github.com/aanpak/aanpak/internal/metrics"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/opening"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/privacy"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/signin"
	"github.com/aanpak/aanpak/internal/site"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/internal/trace"
	"github.com/aanpak/aanpak/internal/unfurl"
)

// App is the program with its parts. Close it when done.
type App struct {
	Config    *config.Config
	Log       *slog.Logger
	DB        *db.DB
	Blobs     blob.Store
	Reader    *reader.Pool
	Scanner   *clamav.Daemon // nil unless the settings name one
	Mail      *mail.Server   // nil unless the settings name one
	Jobs      *jobs.Runner
	Lexicon   *lang.Lexicon
	Index     Engine // nil without Search
	Indexer   *index.Indexer
	People    *people.Service
	SignIn    *signin.Service
	Live      *live.Hub
	Notify    *notify.Service
	Groups    *groups.Service
	Tenders   *tenders.Service
	Library   *library.Service
	Reuse     *reuse.Service
	Spotlight *spotlight.Service
	Links     *links.Service
	Social    *social.Service
	Opening   *opening.Service
	Insight   *insight.Service
	LookIn    *lookin.Service
	Share     *share.Service
	Privacy   *privacy.Service
	Find      *find.Service // nil without Search
	Synonyms  *find.Synonyms
	Questions *find.Questions
	Trail     *audit.Trail
	Demo      *site.Demo // set by the demo company: who anybody may sign in as

	Metrics *metrics.Metrics // nil unless the settings ask for them
	tracer  *trace.Tracer    // nil unless the environment asks for traces
	web     unfurl.Options

	close []func() error
}

// Parts says what a command needs beside the database and the files.
type Parts struct {
	Search bool // the search index, which belongs to one process where it is embedded
	Work   bool // run jobs, not only enqueue them
	// Web is how public pages are reached: the zero value but in tests, which have a server of their own.
	Web unfurl.Options
	// Migration is where a new database is to stop, for rows that are as old; "" brings it to this version.
	Migration string
}

// New opens everything and migrates the database. On an error all that was opened is closed.
func New(ctx context.Context, cfg *config.Config, log *slog.Logger, parts Parts) (a *App, err error) {
	log = slog.New(trace.Log(log.Handler()))
	a = &App{Config: cfg, Log: log, web: parts.Web}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
			a = nil
		}
	}()
	if err = a.openSeeing(ctx); err != nil {
		return a, err
	}
	if a.DB, err = db.Open(ctx, cfg.Database()); err != nil {
		return a, err
	}
	if a.tracer != nil {
		a.DB.Trace()
	}
	a.onClose(a.DB.Close)
	if _, err = a.DB.MigrateTo(ctx, parts.Migration); err != nil {
		return a, err
	}
	if a.Blobs, err = openBlobs(ctx, cfg, log); err != nil {
		return a, err
	}
	a.Blobs = a.watchedBlobs(a.Blobs)
	a.Lexicon = lang.NewLexicon()
	if parts.Search {
		if a.Index, err = openIndex(ctx, cfg, a.Lexicon, log); err != nil {
			return a, err
		}
		a.onClose(a.Index.Close)
	}
	a.Reader = reader.NewPool(reader.Options{Children: a.readers(), CacheDir: filepath.Join(cfg.Cache, "pdfium"), Detect: a.Lexicon.Detect, Observe: a.observeReader(), Log: log})
	a.onClose(a.Reader.Close)
	if cfg.ClamAVURL != "" {
		if a.Scanner, err = clamav.Open(cfg.ClamAVURL); err != nil {
			return a, err
		}
	}
	if err = a.wire(); err != nil {
		return a, err
	}
	a.see()
	return a, a.openJobs(parts)
}

// wire makes the domains and connects them.
func (a *App) wire() error {
	a.Jobs = jobs.New(a.DB, a.Log)
	hasher := auth.NewHasher(int64(max(2, runtime.NumCPU())))
	a.People = people.New(a.DB, hasher)
	if err := errors.Join(a.openMail(), a.People.UsePasskeys(a.Config.Address())); err != nil {
		return err
	}
	a.SignIn = signin.New(signin.Options{
		DB: a.DB, People: a.People, Log: a.Log, Environment: signin.Settings{LDAP: a.Config.LDAP, OIDC: a.Config.OIDC, Passwords: a.Config.Passwords},
	})
	a.People.UsePhotos(a.Blobs, a.Reader)
	a.openNotify()
	a.Groups = groups.New(a.DB, func() { a.Indexer.Wake() }, a.Notify)
	a.Tenders = tenders.New(a.DB, a.Notify)
	a.People.InGroups(groups.Memberships, tenders.Memberships)
	a.People.FoundByWork(a.Tenders.OfPeople)
	a.People.UseSecret(a.Config.Key.Reveal())
	a.People.NamedBy(notify.References, groups.References, tenders.References, library.References, reuse.References, spotlight.References, social.References, insight.References, find.References, lookin.References, share.References, privacy.References, opening.References)
	a.Indexer = index.New(a.DB, a.Index, a.Log)
	a.Library = library.New(library.Options{
		DB: a.DB, Blobs: a.Blobs, Reader: a.Reader, Scanner: a.Scanner, Jobs: a.Jobs, Notify: a.Notify, Log: a.Log, Changed: a.Indexer.Wake, Detect: a.Lexicon.Detect, MaxUpload: a.Config.MaxUpload, Reused: reuse.TimesSQL,
	})
	a.Reuse = reuse.New(a.DB, a.Library, a.Tenders, a.Indexer.Wake)
	a.Spotlight = spotlight.New(a.DB, a.Library)
	a.Links = links.New(links.Options{DB: a.DB, Jobs: a.Jobs, Blobs: a.Blobs, Painter: a.Reader, Log: a.Log, URL: a.Config.Address(), Web: a.web})
	a.Library.Names(links.PicturePrefix, links.PictureNamed)
	a.Social = social.New(social.Options{
		DB: a.DB, Links: a.Links, Library: a.Library, Tenders: a.Tenders, Blobs: a.Blobs, Painter: a.Reader, Jobs: a.Jobs, Notify: a.Notify, Live: a.Live, Changed: a.Indexer.Wake,
	})
	a.Social.UseActing(a.People.Acting)
	a.Opening = opening.New(a.DB, a.Library, a.Social, a.Notify, a.Jobs)
	a.Insight = insight.New(insight.Options{
		DB: a.DB, Jobs: a.Jobs, People: a.People, Groups: a.Groups, Library: a.Library, Social: a.Social, Notify: a.Notify, URL: a.Config.Address(),
	})
	a.LookIn = lookin.New(a.DB, a.People, a.Groups, a.Library, a.Jobs, a.Notify)
	a.Social.OnLent(a.LookIn.Saw)
	a.Library.Names("post/", social.PhotoNamed)
	a.Share = share.New(a.DB, a.People, a.Library, hasher, a.Notify)
	a.Tenders.OnChange(a.Library.TenderChanged)
	a.joinNotify()
	a.Indexer.Add(search.TypeDocument, a.Library)
	a.Indexer.Add(search.TypeTender, a.Tenders)
	a.Indexer.Add(search.TypePerson, a.People)
	a.Indexer.Add(search.TypeGroup, a.Groups)
	a.Indexer.Add(search.TypePost, a.Social)
	a.handleReindex()
	a.handleDirectory()
	a.Synonyms = find.NewSynonyms(a.DB, a.Lexicon, func(err error) { a.Log.Error("synonyms were not loaded", "err", err) })
	a.Trail = audit.NewTrail(a.DB)
	a.Questions = find.NewQuestions(a.DB, a.People, a.Log)
	a.Privacy = privacy.New(privacy.Options{
		DB: a.DB, Blobs: a.Blobs, Jobs: a.Jobs, People: a.People, Library: a.Library, Social: a.Social, Insight: a.Insight, LookIn: a.LookIn, Share: a.Share, Notify: a.Notify, Questions: a.Questions, Trail: a.Trail,
	})
	if a.Index != nil {
		a.Find = find.New(a.Index, a.Lexicon, a.Library, a.Tenders, a.People, a.Groups, a.Social, a.Spotlight)
	}
	return nil
}

func (a *App) openMail() (err error) {
	a.Mail, err = a.Config.Mail()
	a.People.UseMail(a.Jobs, a.Mail, a.Config.Address())
	return err
}

func (a *App) openJobs(parts Parts) error {
	var queues map[string]int
	if parts.Work {
		queues = map[string]int{"default": 2, library.QueueRead: a.readers() + 1, links.QueueAsk: 1} // while one writes pages, the children read on
	}
	return a.Jobs.Open(queues)
}

func (a *App) readers() int {
	if a.Config.Readers > 0 {
		return a.Config.Readers
	}
	return max(1, runtime.NumCPU())
}

func openBlobs(ctx context.Context, cfg *config.Config, log *slog.Logger) (blob.Store, error) {
	if cfg.BlobURL == "" {
		return disk.Open(filepath.Join(cfg.Data, "files"))
	}
	s, err := s3.Open(ctx, cfg.BlobURL.Reveal())
	if err != nil {
		return nil, err
	}
	if !s.Found() {
		log.Warn("the store of files is away; everything else works")
	}
	return s, nil
}

func (a *App) onClose(f func() error) { a.close = append(a.close, f) }

// Close closes the parts, the last opened first.
func (a *App) Close() error {
	var all []error
	for i := len(a.close) - 1; i >= 0; i-- {
		if err := a.close[i](); err != nil {
			all = append(all, fmt.Errorf("close: %w", err))
		}
	}
	a.close = nil
	return errors.Join(all...)
}
