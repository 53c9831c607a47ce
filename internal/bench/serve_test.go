package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/search/searchbench"
)

// program is the program in a process of its own.
type program struct {
	cmd     *exec.Cmd
	address string
	token   string
	started time.Duration // until it listened
}

// command runs one command of the program on a data folder and returns what it printed.
func command(b *testing.B, data, stdin string, args ...string) string {
	b.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), beProgram+"=1", "AANPAK_DATA="+data)
	cmd.Stdin = strings.NewReader(stdin)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%v: %v: %s", args, err, problems.String())
	}
	return strings.TrimSpace(string(out))
}

// serve starts the program on a data folder and waits until it listens.
func serve(b *testing.B, data, email string) *program {
	b.Helper()
	p := &program{token: command(b, data, "", "token", "create", "--email", email, "--name", "benchmark")}
	p.cmd = exec.Command(os.Args[0], "serve", "--addr", "127.0.0.1:0")
	p.cmd.Env = append(os.Environ(), beProgram+"=1", "AANPAK_DATA="+data)
	p.listen(b)
	return p
}

// listen starts the process and waits until it says where it listens.
func (p *program) listen(b *testing.B) {
	b.Helper()
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.started = time.Since(start)
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		b.Fatal("serve did not listen:", line, err)
	}
	p.address = address
}

func (p *program) stop(b *testing.B) {
	b.Helper()
	_ = p.cmd.Process.Signal(os.Interrupt)
	if err := p.cmd.Wait(); err != nil {
		b.Log("serve ended:", err)
	}
}

// resident returns megabytes of a line of the process's status: VmRSS is all, RssAnon what is not mapped from files and
// cannot be given back.
func (p *program) resident(line string) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(status), line+":")
	kb, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return float64(kb) / 1024
}

// BenchmarkStart starts the program on the large library, and looks at its memory when it has come to rest.
func BenchmarkStart(b *testing.B) {
	openLarge(b, app.Parts{Search: true}).Close()
	data := largeConfig(b).Data
	var start, all, own []float64
	for b.Loop() {
		p := serve(b, data, "admin0@voorbeeld.nl")
		time.Sleep(20 * time.Second)
		start, all, own = append(start, float64(p.started.Milliseconds())), append(all, p.resident("VmRSS")), append(own, p.resident("RssAnon"))
		p.stop(b)
	}
	b.ReportMetric(median(start), "start-ms")
	b.ReportMetric(median(all), "idle-MB")
	b.ReportMetric(median(own), "idle-own-MB")
	b.ReportMetric(0, "ns/op")
}

// newProgram serves an empty library with one administrator.
func newProgram(b *testing.B) *program {
	b.Helper()
	data := b.TempDir()
	command(b, data, apptest.Password, "user", "create", "--email", "a@voorbeeld.nl", "--name", "Ada", "--branch", "Zwolle", "--role", "admin", "--password-stdin")
	return serve(b, data, "a@voorbeeld.nl")
}

// BenchmarkUpload500 sends a file of 500 MB and gives how much the program's memory grew meanwhile.
func BenchmarkUpload500(b *testing.B) {
	var idle, grown []float64
	for b.Loop() {
		p := newProgram(b)
		p.send(b, "klein.txt", bytes.NewReader([]byte("warm")))
		time.Sleep(2 * time.Second)
		before := p.resident("VmRSS")
		most := p.peak(func() { p.send(b, "groot.mp4", io.LimitReader(zeros{}, 500<<20)) })
		idle, grown = append(idle, before), append(grown, most-before)
		p.stop(b)
	}
	b.ReportMetric(median(idle), "idle-MB")
	b.ReportMetric(median(grown), "grown-MB")
	b.ReportMetric(0, "ns/op")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// peak returns the most resident megabytes while f runs.
func (p *program) peak(f func()) (most float64) {
	var done atomic.Bool
	go func() { f(); done.Store(true) }()
	for !done.Load() {
		most = max(most, p.resident("VmRSS"))
		time.Sleep(10 * time.Millisecond)
	}
	return most
}

// send uploads a file as a stream.
func (p *program) send(b *testing.B, name string, content io.Reader) {
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() {
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, content)
		}
		if err == nil {
			err = form.Close()
		}
		w.CloseWithError(err)
	}()
	req, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, p.address+"/api/v1/documents", r)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+p.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	defer res.Body.Close()
	if answer, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusCreated {
		b.Errorf("upload %s: %s: %s", name, res.Status, answer)
	}
}

// BenchmarkManyFiles sends 2,000 small files and gives the program's memory after each quarter.
func BenchmarkManyFiles(b *testing.B) {
	c := searchbench.New(100, 2000)
	for b.Loop() {
		p := newProgram(b)
		for i := range 2000 {
			p.send(b, fmt.Sprintf("f%04d.txt", i), strings.NewReader(c.Prose(i)))
			if i%500 == 499 {
				b.ReportMetric(p.resident("VmRSS"), fmt.Sprintf("MB-%d", i+1))
			}
		}
		time.Sleep(5 * time.Second)
		b.ReportMetric(p.resident("VmRSS"), "MB-rest")
		p.stop(b)
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkUploadFound adds a PDF of 100 pages and waits until its last page is found.
func BenchmarkUploadFound(b *testing.B) {
	a := apptest.New(b, db.SQLite)
	c := searchbench.New(100, 10_000)
	n := 0
	var took []float64
	for b.Loop() {
		texts := make([]string, 100)
		for i := range texts {
			texts[i] = c.Prose(n*100 + i)
		}
		word := fmt.Sprintf("x%09d", (n+1)*123_456_789%999_999_937) // not a typing error of another
		n++
		texts[99] += " " + word
		file := apptest.PDF(texts...)
		if n == 1 {
			a.Upload(b, a.Sanne, "warm.pdf", apptest.PDF("warm"), library.Meta{})
		}
		time.Sleep(2 * time.Second)
		took = append(took, uploadFound(b, a, a.Sanne.Viewer(), file, word).Seconds()*1000)
	}
	b.ReportMetric(median(took), "found-ms")
	b.ReportMetric(0, "ns/op")
}

func uploadFound(b *testing.B, a *apptest.App, v auth.Viewer, file []byte, word string) time.Duration {
	b.Helper()
	_, err := a.Library.Upload(b.Context(), v, library.File{Name: word + ".pdf", Size: int64(len(file)), Body: bytes.NewReader(file)}, library.Meta{Title: &[]string{"Plan"}[0]})
	if err != nil {
		b.Fatal(err)
	}
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		res, err := a.Find.Search(b.Context(), v, find.Query{Text: "\"" + word + "\""})
		if err != nil {
			b.Fatal(err)
		}
		for _, h := range res.Hits {
			if h.Page == 100 {
				return time.Since(start)
			}
		}
	}
}
