package blob

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/rs/xid"
)

// Check writes a small blob, reads it, and deletes it again: what the rights to a store must be good for. The error says what failed.
func Check(ctx context.Context, s Store) error {
	key, content := "check/"+xid.New().String(), []byte("written by aanpak doctor")
	if err := s.Put(ctx, key, bytes.NewReader(content), int64(len(content))); err != nil {
		return fmt.Errorf("nothing can be written: %w", err)
	}
	if err := readCheck(ctx, s, key, content); err != nil {
		return fmt.Errorf("what was written cannot be read: %w", err)
	}
	if err := s.Delete(ctx, key); err != nil {
		return fmt.Errorf("what was written cannot be deleted: %w", err)
	}
	return nil
}

func readCheck(ctx context.Context, s Store, key string, want []byte) error {
	b, err := s.Open(ctx, key)
	if err != nil {
		return err
	}
	defer b.Close()
	got, err := io.ReadAll(b)
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("other bytes came back")
	}
	return err
}
