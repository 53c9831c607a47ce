package main

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

// report gathers what requests took and how they failed.
type report struct {
	mu       sync.Mutex
	times    map[string][]time.Duration
	failures map[string]int
	examples []string
}

func newReport() *report {
	return &report{times: map[string][]time.Duration{}, failures: map[string]int{}}
}

func (r *report) took(name string, d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times[name] = append(r.times[name], d)
}

// maxExamples is how many failures are told in full.
const maxExamples = 10

func (r *report) fail(name, path, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures[name]++
	if len(r.examples) < maxExamples {
		r.examples = append(r.examples, fmt.Sprintf("%s %s: %s", name, path, why))
	}
}

func (r *report) failed() (n int) {
	for _, k := range r.failures {
		n += k
	}
	return n
}

// print writes a line for each kind of request, in milliseconds.
func (r *report) print(w io.Writer, last time.Duration) {
	names := make([]string, 0, len(r.times))
	for name := range r.times {
		names = append(names, name)
	}
	for name := range r.failures {
		if _, ok := r.times[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "request\tcount\tfailed\tp50\tp95\tp99\tmax\t")
	sum := 0
	for _, name := range names {
		all := r.times[name]
		slices.Sort(all)
		sum += len(all)
		fmt.Fprintf(t, "%s\t%d\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t\n", name, len(all), r.failures[name], at(all, .5), at(all, .95), at(all, .99), at(all, 1))
	}
	_ = t.Flush()
	fmt.Fprintf(w, "%d requests in %v, %.1f a second, %d failed\n", sum+r.failed(), last, float64(sum)/last.Seconds(), r.failed())
	for _, e := range r.examples {
		fmt.Fprintln(w, "failed:", e)
	}
}

// at is a percentile of sorted times in milliseconds.
func at(all []time.Duration, part float64) float64 {
	if len(all) == 0 {
		return 0
	}
	return float64(all[int(part*float64(len(all)-1))].Microseconds()) / 1000
}
