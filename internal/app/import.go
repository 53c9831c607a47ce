package app

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
)

type importCmd struct {
	From     string `arg:"" help:"A folder, or a zip of one."`
	Branch   string `help:"Branch of the documents; default: the importing person's."`
	Tender   string `help:"Reference of the tender that the documents belong to."`
	Audience string `help:"Who may see them: company (default; calculators for calculations), branch, branch:ID,…, calculators, group:ID, tender or people:ID,…"`
	Map      string `help:"CSV with a head line: path and any of title, kind, tender, branch, audience, tags, language." placeholder:"FILE" type:"existingfile"`
	As       string `help:"Mail address of the person in whose name to import; default: the first administrator." placeholder:"EMAIL"`
	Report   string `help:"Where to write the report." default:"import-report.csv" placeholder:"FILE"`
}

// Run imports every file and waits until each is ready or failed. Run again, it goes on where it was.
func (c *importCmd) Run(k *call) (err error) {
	files, root, err := openSource(c.From)
	if err != nil {
		return err
	}
	defer files.Close()
	a, work, err := k.openWorking()
	if err != nil {
		return err
	}
	defer closing(a, &err)
	defer work()
	defer CollectSeldom()()
	run := &importRun{app: a, k: k, cmd: c, root: root, files: files}
	if err := run.prepare(); err != nil {
		return err
	}
	return run.do()
}

// seldom is how many per cent of what lives an import lets garbage grow to before it is collected: it has a machine's time to save, and ends.
const seldom = 300

// CollectSeldom lets the program take more memory for less time, as an import does, until the function it returns is called. The GOGC of
// the environment goes before.
func CollectSeldom() func() {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(seldom)
	return func() { debug.SetGCPercent(before) }
}

// openWorking opens the program so that jobs are run: by this process, or by the server that has the data already.
func (k *call) openWorking() (*App, func(), error) {
	a, err := k.open(Parts{Search: true, Work: true})
	if isLocked(err) {
		a, err = k.open(Parts{})
		return a, func() {}, err
	}
	if err != nil {
		return nil, nil, err
	}
	stop, err := a.Work(k.ctx)
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, stop, nil
}

func (folder) Close() error { return nil }

// importRun is one run of the command.
type importRun struct {
	app   *App
	k     *call
	cmd   *importCmd
	root  string
	files sourceFiles

	viewer auth.Viewer
	meta   map[string]library.Meta // of the map file, by path
	common library.Meta
	rows   []importRow
	bar    *bar
}

// importRow is what became of a file.
type importRow struct {
	Path, Result, Reason, ID string
	Pages                    int
}

// prepare finds the person, the tender and the branch, and reads the map.
func (r *importRun) prepare() error {
	ctx := r.k.ctx
	u, err := r.app.importer(ctx, r.cmd.As)
	if err != nil {
		return err
	}
	r.viewer = u
	if r.common, err = r.app.importMeta(ctx, map[string]string{"branch": r.cmd.Branch, "tender": r.cmd.Tender, "audience": r.cmd.Audience}); err != nil {
		return usageError{err}
	}
	if r.cmd.Map == "" {
		return nil
	}
	r.meta, err = r.readMap()
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", r.cmd.Map, err)}
	}
	return nil
}

// do uploads, waits and reports.
func (r *importRun) do() error {
	paths, err := listFiles(r.files)
	if err != nil {
		return err
	}
	r.bar = newBar(r.k.Stdout, len(paths))
	for _, path := range paths {
		if r.k.ctx.Err() != nil {
			break
		}
		r.rows = append(r.rows, r.one(path))
		r.bar.step(path)
	}
	err = r.wait()
	r.bar.done()
	return errors.Join(err, r.report())
}

// one imports a file, unless an earlier run has done so.
func (r *importRun) one(path string) importRow {
	row := importRow{Path: path}
	source := r.root + "/" + path
	d, err := r.app.Library.Imported(r.k.ctx, source)
	if err == nil && d == nil {
		row.Result = "imported"
		d, err = r.upload(path, source)
	} else {
		row.Result = "already imported"
	}
	if err != nil {
		row.Result, row.Reason = "failed", sentence(err)
		return row
	}
	row.ID = d.ID
	return row
}

func (r *importRun) upload(path, source string) (*library.Document, error) {
	f, err := r.files.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := int64(-1)
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	d, err := r.app.Library.Import(r.k.ctx, r.viewer, library.File{Name: path, Size: size, Body: f}, merge(r.common, r.meta[path]), source)
	if errs.Is(err, errs.KindConflict) {
		return r.app.Library.Imported(r.k.ctx, source)
	}
	return d, err
}
