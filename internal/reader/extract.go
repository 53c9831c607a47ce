package reader

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Extract reads the document at path and writes every page as a line of JSON, then one line {"info": …}: what
// `aanpak extract FILE` prints. A *Failure is returned, after the pages that came before it.
func Extract(ctx context.Context, docs Documents, path string, w io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("extract: %w", err)
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && !st.Mode().IsRegular() {
		return fmt.Errorf("extract: %s is not a file", path)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	info, err := docs.Read(ctx, f, filepath.Base(path), func(p Page) error { return enc.Encode(p) })
	if err != nil {
		return err
	}
	return enc.Encode(map[string]Info{"info": info})
}
