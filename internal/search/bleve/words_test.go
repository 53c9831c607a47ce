package bleve

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// TestVocabularyIsKept opens an index whose vocabulary was written down, then is stale, cut off, and gone: it always
// knows the same words, and which of them were taken apart.
func TestVocabularyIsKept(t *testing.T) {
	dir := t.TempDir()
	open := func() *Index {
		x, err := Open(Options{Dir: dir, Lexicon: lang.NewLexicon()})
		if err != nil {
			t.Fatal(err)
		}
		<-x.cur.ready
		return x
	}
	put := func(x *Index, id, text string) {
		k := search.Key{Type: search.TypeDocument, Parent: id}
		e := search.Entry{Type: k.Type, Parent: id, Page: 1, Text: text, Language: "nl", Audience: []string{"company"}}
		if err := x.Replace(context.Background(), []search.Key{k}, []search.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	x := open()
	put(x, "a", "bewonerscommunicatie en gevelisolatie")
	file := filepath.Join(x.cur.dir, wordsFile)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal("the vocabulary was not written down:", err)
	}
	x = open()
	if _, _, ok := x.cur.savedWords(); !ok {
		t.Error("what was written down is not taken")
	}
	put(x, "b", "steigerwerk")
	want := vocabularyOf(x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"whole": whole, "stale": old, "cut off": whole[:len(whole)/2], "empty": nil} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		x := open()
		if got := vocabularyOf(x); !slices.Equal(got, want) || len(want) != 3 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		x.cur.saved = x.cur.batch.Load() // leave the file to the next case
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func vocabularyOf(x *Index) (words []string) {
	x.cur.words.Each(func(w string, _ uint32, split bool) {
		if split {
			w += "+"
		}
		words = append(words, w)
	})
	slices.Sort(words)
	return words
}
