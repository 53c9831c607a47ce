package reader

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"time"
)

// A child that went bad is played by the test program itself, started with this variable.
const misbehaviour = "AANPAK_TEST_READER"

// spun keeps the compiler from leaving idle loops out.
var spun int

// misbehaveIfAsked serves requests as badly as the variable says.
func misbehaveIfAsked() bool {
	how := os.Getenv(misbehaviour)
	if how == "" {
		return false
	}
	link, err := childSide()
	if err != nil {
		os.Exit(3)
	}
	for {
		req, doc, err := link.receive()
		if err != nil {
			os.Exit(0)
		}
		_ = doc.Close()
		misbehave(how, req, link)
	}
}

func misbehave(how string, req request, w io.Writer) {
	switch how {
	case "hang":
		_ = writeJSON(w, framePage, Page{Number: 1, Text: "one"})
		time.Sleep(time.Hour)
	case "spin":
		if err := confine(DefaultLimits().Memory); err != nil {
			os.Exit(4)
		}
		renewCPU(time.Second)
		for n := 0; ; n++ {
			spun = n
		}
	case "memory":
		if err := confine((200 << 20) / raceMemory); err != nil { // soon met, with the race detector too
			os.Exit(4)
		}
		for hog := []byte{1}; ; {
			hog = append(hog, bytes.Repeat([]byte{1}, 16<<20)...)
			spun = len(hog)
		}
	case "exit":
		os.Exit(7)
	case "panic":
		panic("misbehaving")
	case "giant":
		_, _ = w.Write([]byte{byte(framePage), 0xff, 0xff, 0xff, 0xff})
		time.Sleep(time.Hour)
	case "garbage":
		_ = writeFrame(w, 'Z', []byte("garbage"))
		time.Sleep(time.Hour)
	case "pages":
		for {
			_ = writeJSON(w, framePage, Page{Number: 1})
		}
	case "escape":
		_ = writeJSON(w, frameMember, Member{Name: "../../etc/passwd"})
		_ = writeFrame(w, frameData, []byte("x"))
		_ = writeJSON(w, frameInfo, doneInfo{})
	case "reach":
		reach(w)
	case "second":
		secondOpinion(req, w)
	case "flood":
		_ = writeJSON(w, frameMember, Member{Name: "bomb"})
		for {
			_ = writeFrame(w, frameData, make([]byte, 1<<20))
		}
	}
}

// secondOpinion crashes in the second reader on page 2, and goes on without it when asked to.
func secondOpinion(req request, w io.Writer) {
	if req.NoSecond {
		for n := req.From; n <= 3; n++ {
			_ = writeJSON(w, framePage, Page{Number: n, Text: "again"})
		}
		_ = writeJSON(w, frameInfo, doneInfo{Info: Info{Pages: 3}})
		return
	}
	_ = writeJSON(w, framePage, Page{Number: 1, Text: "first"})
	_ = writeFrame(w, frameStage, []byte(readerSecond))
	os.Exit(9)
}

// misbehaving starts children that misbehave.
func misbehaving(how string) func(*Options) {
	return func(o *Options) {
		o.Command = func() *exec.Cmd {
			cmd := exec.Command("/proc/self/exe")
			cmd.Env = []string{misbehaviour + "=" + how}
			return cmd
		}
		o.Limits = Limits{PageTimeout: time.Second, MaxUnpacked: 10 << 20, MaxPages: 50}
	}
}
