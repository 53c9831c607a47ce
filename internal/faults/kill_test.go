package faults_test

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
)

// kills is how often TestKill kills in each home: a few on a laptop, AANPAK_TEST_KILLS elsewhere.
func kills(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("AANPAK_TEST_KILLS"))
	if err != nil {
		n = 6
	}
	if testing.Short() {
		t.Skip("skipped, -short: killing takes a while")
	}
	return n
}

// TestKill kills web, worker and import at any moment of many uploads, again and again, on both homes of data. Whatever was
// acknowledged is there, whole, read and found; nothing is stuck or half-listed, and the index is what the database says.
func TestKill(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { killAgainAndAgain(t, embedded(t), kills(t)) })
	t.Run("served", func(t *testing.T) { killAgainAndAgain(t, served(t), killsServed(t)) })
}

// killsServed is how often to kill where AANPAK_TEST_KILLS_SERVED says another number for the home on servers.
func killsServed(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("AANPAK_TEST_KILLS_SERVED")); err == nil {
		return n
	}
	return kills(t)
}

// text is a file of two pages, each with a word of its own.
type text struct{ name, word string }

// textOf has words of letters alone and unlike any others: none is a typing error away from them either.
func textOf(round, i int, by string) text {
	w := by + letters(round) + letters(i) + "kwartel"
	return text{w + ".txt", w}
}

func letters(n int) string {
	s := ""
	for range 3 {
		s += string(rune('a' + n%20))
		n /= 20
	}
	return s
}

// second is the word of the second page.
func (f text) second() string { return f.word + "staart" }

func (f text) content() string {
	line := "Een regel van een werkplan zonder iets dat telt.\n"
	return "Op de eerste bladzijde staat " + f.word + ".\n" + strings.Repeat(line, 75) + "Op de tweede staat " + f.second() + ".\n"
}

// acknowledged is a file that the server said it had taken.
type acknowledged struct {
	text
	id string
}

// killer kills what works on a home.
type killer struct {
	*home
	running map[string]*program // by role
	taken   []acknowledged
	folders map[string][]text // of imports
	killed  map[string]int

	documents int // that were found at the end
}

func killAgainAndAgain(t *testing.T, h *home, rounds int) {
	h.populate()
	k := &killer{home: h, running: map[string]*program{}, folders: map[string][]text{}, killed: map[string]int{}}
	for round := range rounds {
		k.up()
		k.round(round)
	}
	for _, p := range k.running {
		p.kill()
	}
	took := k.settle()
	k.importAll()
	k.check()
	t.Logf("killed %v; %d uploads acknowledged, %d files imported, %d documents; nothing waited any more %v after the last kill",
		k.killed, len(k.taken), k.imported(), k.documents, took)
	if len(k.taken) < rounds/2 {
		t.Errorf("only %d files were acknowledged: the test kills too early to mean anything", len(k.taken))
	}
}

// roles are the processes of a home.
func (k *killer) roles() []string {
	if k.split() {
		return []string{"web", "worker"}
	}
	return []string{"all"}
}

// up starts what does not run.
func (k *killer) up() {
	for _, role := range k.roles() {
		if k.running[role] == nil {
			k.running[role] = k.serve("--role", role)
		}
	}
}

func (k *killer) down(name string, p *program) {
	p.kill()
	delete(k.running, name)
	k.killed[name]++
}

// round uploads for a while and kills one of the processes in the middle of it: some when nothing has happened yet, some while an
// import runs beside, some the import itself.
func (k *killer) round(round int) {
	web := k.roles()[0]
	c := k.client(k.running[web].base)
	var imports *program
	if round%4 == 3 {
		imports = k.run("import", k.folder(round), "--report", "report.csv")
	}
	if round%3 > 0 {
		k.take(c, textOf(round, 0, "zz"), time.Minute)
	}
	end := time.Now().Add(time.Duration(rand.IntN(700)) * time.Millisecond)
	for i := 1; time.Now().Before(end); i++ {
		k.take(c, textOf(round, i, "zz"), time.Until(end))
	}
	switch {
	case imports != nil && round%8 == 3:
		k.down("import", imports)
		return
	case round%5 == 4:
		for name, p := range k.running {
			k.down(name, p)
		}
	default:
		name := k.roles()[round%len(k.roles())]
		k.down(name, k.running[name])
	}
	if imports != nil {
		k.down("import", imports)
	}
}

// take uploads a file and notes it when it is acknowledged.
func (k *killer) take(c *client, f text, within time.Duration) {
	ctx, cancel := context.WithTimeout(k.t.Context(), within)
	defer cancel()
	if id := c.upload(ctx, f.name, strings.NewReader(f.content())).id(); id != "" {
		k.taken = append(k.taken, acknowledged{f, id})
	}
}

// folder writes files to be imported.
func (k *killer) folder(round int) string {
	dir := filepath.Join(k.t.TempDir(), fmt.Sprint("ronde-", round))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		k.t.Fatal(err)
	}
	for i := range 12 {
		f := textOf(round, i, "yy")
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.content()), 0o600); err != nil {
			k.t.Fatal(err)
		}
		k.folders[dir] = append(k.folders[dir], f)
	}
	return dir
}

// importAll imports every folder once more: each goes on where it was.
func (k *killer) importAll() {
	for dir := range k.folders {
		if code, said := k.run("import", dir, "--report", "report.csv").finish(k.t); code != 0 {
			k.t.Errorf("import of %s, run again: exit %d: %s", dir, code, said)
		}
	}
}

func (k *killer) imported() (n int) {
	for _, files := range k.folders {
		n += len(files)
	}
	return n
}
