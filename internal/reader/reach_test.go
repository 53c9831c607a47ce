package reader

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// reachable names what a child that was taken over tries to get at; it travels in reachFor.
type reachable struct {
	Server   string `json:"server"` // host:port of somebody on this machine
	Secret   string `json:"secret"` // a file of the program's
	Outside  string `json:"outside"`
	CacheDir string `json:"cache_dir"`
	Inode    uint64 `json:"inode"` // of the secret, which the parent has open
}

const reachFor = "AANPAK_TEST_REACH"

// try is an attempt and what came of it, "" where it succeeded.
type try struct {
	What  string `json:"what"`
	Error string `json:"error"`
}

// reach gives up its rights as every child does and then tries to get at all that a child has no business with.
func reach(w io.Writer) {
	var at reachable
	if err := json.Unmarshal([]byte(os.Getenv(reachFor)), &at); err != nil {
		os.Exit(5)
	}
	if err := settle(childConfig{CacheDir: at.CacheDir, Memory: DefaultLimits().Memory}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	for i, t := range attempts(at) {
		text, _ := json.Marshal(t)
		_ = writeJSON(w, framePage, Page{Number: i + 1, Text: string(text)})
	}
	_ = writeJSON(w, frameInfo, doneInfo{})
}
