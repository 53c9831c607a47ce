package app

import (
	"context"
	"io/fs"
	"path/filepath"

	"github.com/aanpak/aanpak/internal/site"
)

// space is what the parts take. What cannot be told, or lies elsewhere, is -1.
func (a *App) space(ctx context.Context) site.Space {
	s := site.Space{Engine: "Bleve", Database: -1, Index: -1, Free: -1}
	if n, err := a.DB.Size(ctx); err == nil {
		s.Database = n
	}
	if a.Config.SearchURL != "" {
		s.Engine = "Meilisearch"
	} else {
		s.Index = folderSize(filepath.Join(a.Config.Data, "index"))
	}
	if a.Config.BlobURL == "" {
		s.Free = freeSpace(a.Config.Data)
	}
	return s
}

// folderSize adds up the files of a folder. Those that vanish meanwhile do not count: the index merges its files as it goes.
func folderSize(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}
