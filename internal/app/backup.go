package app

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-isatty"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/backup"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

type backupCmd struct {
	File  string `arg:"" help:"The archive to write; it must not exist."`
	Check bool   `help:"Write nothing: check an archive that exists."`
}

// Run writes a backup while people go on working, or checks one. Files whose bytes are not what was uploaded are told, and exit 1.
func (c *backupCmd) Run(k *call) (err error) {
	if c.Check {
		m, err := backup.Check(k.ctx, c.File)
		if err != nil {
			return err
		}
		return told(k, m, c.File+" is whole: "+m.Summary())
	}
	a, err := k.open(Parts{})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	m, err := backup.Write(k.ctx, a.home(), c.File, backup.Manifest{Version: Version, Settings: a.Config.Public()}, files(k.Stdout))
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	return told(k, m, fmt.Sprintf("%s written and checked, %s: %s", c.File, humanize.Bytes(uint64(info.Size())), m.Summary()))
}

// told says what became of an archive, and which files were wrong already.
func told(k *call, m *backup.Manifest, sentence string) error {
	fmt.Fprintln(k.Stdout, sentence)
	for _, wrong := range m.Wrong {
		fmt.Fprintln(k.Stderr, "wrong in the store:", wrong)
	}
	if len(m.Wrong) > 0 {
		return fmt.Errorf("%d files were not in the store as they were uploaded; all others are safe", len(m.Wrong))
	}
	return nil
}

type restoreCmd struct {
	File string `arg:"" help:"The archive to read." type:"existingfile"`
}

// Run fills an empty installation from a backup, whatever database and store that one had.
func (c *restoreCmd) Run(k *call) (err error) {
	migration, err := backup.Migration(c.File)
	if err != nil {
		return err
	}
	a, err := k.open(Parts{Migration: migration})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	m, err := backup.Read(k.ctx, a.home(), c.File, files(k.Stdout))
	if err != nil {
		return err
	}
	if _, err := a.DB.Migrate(k.ctx); err != nil {
		return err
	}
	if err := a.Indexer.MarkAll(k.ctx); err != nil {
		return err
	}
	return told(k, m, "restored "+m.Summary()+"; start aanpak serve: it fills the search index while it answers")
}

// home is this installation for a backup.
func (a *App) home() backup.Home {
	return backup.Home{
		DB: a.DB, Blobs: a.Blobs, Jobs: a.Jobs, Hold: a.Library.HoldSweep,
		Files: func(ctx context.Context, tx bun.IDB) ([]backup.File, error) {
			stored, err := a.Library.StoredFiles(ctx, tx)
			list := make([]backup.File, len(stored))
			for i, f := range stored {
				list[i] = backup.File{Key: f.Blob, Size: f.Size, SHA256: f.SHA256}
			}
			if err != nil {
				return nil, err
			}
			for _, files := range []func(context.Context, bun.IDB) ([]string, error){people.PhotoFiles, social.PhotoFiles, links.PictureFiles} {
				keys, err := files(ctx, tx)
				if err != nil {
					return nil, err
				}
				for _, key := range keys {
					list = append(list, backup.File{Key: key})
				}
			}
			return list, nil
		},
	}
}

// files tells how many files are done: in one line on a terminal, else every thousand.
func files(out io.Writer) backup.Progress {
	f, ok := out.(*os.File)
	terminal := ok && isatty.IsTerminal(f.Fd())
	return func(done, total int) {
		switch {
		case terminal && done == total:
			fmt.Fprintf(out, "\r%d of %d files\n", done, total)
		case terminal:
			fmt.Fprintf(out, "\r%d of %d files", done, total)
		case done%1000 == 0:
			fmt.Fprintf(out, "%d of %d files\n", done, total)
		}
	}
}
