package demo

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/aanpak/aanpak/internal/library"
)

// file is a document as written: a head in TOML between lines of +++, then the text.
type file struct {
	Title    string
	Kind     library.Kind
	Format   string // pdf, docx, pptx, odt, md, eml or xlsx; broken is a PDF that ends too soon
	Sheet    string // for xlsx: calculation, risk or schedule
	Tender   string // reference, may be empty
	Owner    string // key of a person
	Date     string // 2006-01-02; empty: Days from now
	Days     int
	Audience string // company, branch, group: or people: with keys; empty: what the kind has by default
	Tags     []string
	Lang     string // of fixed words; Dutch when empty
	Name     string // of the file; made from the title where empty
	Reads    int    // by how many people; 0 = some
	Version  string // printed on the cover
	CopyOf   string // path of the file whose bytes this one has
	Before   string // path of the file that was the first version
	Part     bool   // not a document of its own: the first version of another
	Vars     map[string]string

	path   string
	text   string
	at     time.Time
	words  map[string]string
	branch string
}

// readFiles reads every document, the oldest first.
func readFiles(byRef map[string]*selection, now time.Time) (list []*file, err error) {
	err = fs.WalkDir(content, "content", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".md" || path.Base(path.Dir(p)) == "sections" {
			return err
		}
		f, err := readFile(p, byRef, now)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		list = append(list, f)
		return nil
	})
	slices.SortStableFunc(list, func(a, b *file) int { return a.at.Compare(b.at) })
	return list, err
}

func readFile(p string, byRef map[string]*selection, now time.Time) (*file, error) {
	b, err := content.ReadFile(p)
	if err != nil {
		return nil, err
	}
	_, rest, ok := bytes.Cut(b, []byte("+++\n"))
	head, text, ok2 := bytes.Cut(rest, []byte("\n+++\n"))
	if !ok || !ok2 {
		return nil, fmt.Errorf("no head between lines of +++")
	}
	f := &file{path: strings.TrimPrefix(p, "content/"), Version: "1.0", Format: "pdf"}
	if _, err := toml.Decode(string(head), f); err != nil {
		return nil, err
	}
	if err := f.date(now); err != nil {
		return nil, err
	}
	if err := f.wording(byRef); err != nil {
		return nil, err
	}
	f.text, err = f.expand(string(text), 0)
	return f, err
}

// date sets when the document came to be: never later than now.
func (f *file) date(now time.Time) error {
	if f.Date == "" {
		f.at = now.AddDate(0, 0, f.Days)
		return nil
	}
	at, err := time.Parse("2006-01-02", f.Date)
	if err != nil {
		return err
	}
	// Within the day by the name, so that documents of one day have an order.
	if f.at = at.Add(8*time.Hour + time.Duration(f.seed("")%36000)*time.Second); f.at.After(now) {
		f.at = now
	}
	return nil
}

// wording collects the words that the text may use: those of the tender, then its own.
func (f *file) wording(byRef map[string]*selection) error {
	f.words = map[string]string{"company": Company, "title": f.Title, "date": dutchDate(f.at), "mail_date": f.at.Format(time.RFC1123Z)}
	if f.Tender != "" {
		s := byRef[f.Tender]
		if s == nil {
			return fmt.Errorf("there is no tender %q", f.Tender)
		}
		maps.Copy(f.words, s.words())
		f.branch = s.Branch
	}
	maps.Copy(f.words, f.Vars)
	if b := f.words["branch"]; b != "" {
		f.branch = b
	}
	return nil
}

var (
	wordMark   = regexp.MustCompile(`\{([A-Za-z_0-9]+)\}`)
	choiceMark = regexp.MustCompile(`\[\[(.*?)\]\]`)
)

// expand takes in the sections that lines of "@ name" ask for, chooses between alternatives and fills in words.
func (f *file) expand(text string, depth int) (string, error) {
	var out strings.Builder
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(line, "@ ")
		if !ok || depth > 0 {
			out.WriteString(line)
			continue
		}
		b, err := content.ReadFile("content/sections/" + strings.TrimSpace(name) + ".md")
		if err != nil {
			return "", err
		}
		out.Write(append(b, '\n'))
	}
	chosen := choiceMark.ReplaceAllStringFunc(out.String(), func(m string) string {
		options := strings.Split(m[2:len(m)-2], "||")
		return options[f.seed(m)%len(options)]
	})
	return f.fill(chosen)
}

// fill puts words in the place of {names}.
func (f *file) fill(text string) (string, error) {
	var missing []string
	for range 2 { // words may use words
		text = wordMark.ReplaceAllStringFunc(text, func(m string) string {
			name := m[1 : len(m)-1]
			w, ok := f.words[strings.ToLower(name)]
			if !ok {
				missing = append(missing, m)
			}
			if name[0] < 'a' && w != "" { // {Object} begins a sentence
				w = strings.ToUpper(w[:1]) + w[1:]
			}
			return w
		})
	}
	if missing != nil {
		return "", fmt.Errorf("no words for %s", strings.Join(missing, " "))
	}
	return text, nil
}

// seed is a number that is always the same for a file and a word.
func (f *file) seed(word string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(f.path + word))
	return int(h.Sum32() >> 1)
}

// filename is what the owner called the file.
func (f *file) filename() string {
	ext := f.Format
	if ext == "broken" {
		ext = "pdf"
	}
	if f.Name != "" {
		return f.Name + "." + ext
	}
	return strings.NewReplacer("/", "-", ":", "", "?", "", ",", "").Replace(f.Title) + "." + ext
}
