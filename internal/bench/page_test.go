package bench

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/app"
)

// beBare in the environment makes the test binary a bare Fiber server of the bytes of a file.
const beBare = "AANPAK_BENCH_BARE"

// bare serves the file until the process is ended.
func bare(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	a := fiber.New(fiber.Config{DisableStartupMessage: true})
	a.Get("/*", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.Send(content)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", l.Addr())
	return a.Listener(l)
}

// BenchmarkLibraryPage asks for the library's page of thirty documents, and for the same bytes from a bare Fiber handler,
// and compares the requests that a second of the servers' processor time is enough for: as the page is between two changes of
// the data, and drawn anew for every request.
func BenchmarkLibraryPage(b *testing.B) {
	openLarge(b, app.Parts{Search: true}).Close()
	p := serve(b, largeConfig(b).Data, "member3@voorbeeld.nl")
	defer p.stop(b)
	path := b.TempDir() + "/page.html"
	if err := os.WriteFile(path, p.get(b, "/library"), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), beBare+"="+path)
	plain := &program{cmd: cmd}
	plain.listen(b)
	defer func() { _ = plain.cmd.Process.Kill(); _ = plain.cmd.Wait() }()
	same := func(int) string { return "/library" }
	drawn := 0
	anew := func(int) string { drawn++; return "/library?drawn=" + strconv.Itoa(drawn) }
	var page, redrawn, raw []float64
	for b.Loop() {
		page, raw = append(page, p.rate(b, same, 5000)), append(raw, plain.rate(b, same, 5000))
		redrawn = append(redrawn, p.rate(b, anew, 500))
	}
	b.ReportMetric(median(page), "page-req/cpu-s")
	b.ReportMetric(median(redrawn), "redrawn-req/cpu-s")
	b.ReportMetric(median(raw), "bare-req/cpu-s")
	b.ReportMetric(median(page)/median(raw), "ratio")
	b.ReportMetric(0, "ns/op")
}

// rate is the number of requests a second of the process's own time.
func (p *program) rate(b *testing.B, path func(i int) string, n int) float64 {
	b.Helper()
	for i := range n / 10 {
		p.get(b, path(i))
	}
	pid := strconv.Itoa(p.cmd.Process.Pid)
	before := cpuOf(pid)
	for i := range n {
		p.get(b, path(i))
	}
	return float64(n) / max(cpuOf(pid)-before, 10*time.Millisecond).Seconds()
}

func (p *program) get(b *testing.B, path string) []byte {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, p.address+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(path, res.Status, err)
	}
	return content
}
