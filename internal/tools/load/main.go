// Command load plays a company at work against running replicas, through their pages as browsers do: people search, read, list and
// upload, each at an own pace, after all have signed in. It fails when any request did, and prints how long each kind took.
//
//	load [-people 500] [-for 5m] [-pause 20s] [-documents 300] ADDRESS…
//
// The settings of the installation (AANPAK_DATABASE_URL …) are read from the environment: the people are made in its database, each with
// a password of the run's, and the documents, of 33 pages each, are uploaded through the first address where it has fewer. People are
// spread over the addresses. Against scripts/stack:
//
//	. DIR/environment && go run ./internal/tools/load "$AANPAK_URL"
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// plan is what is played.
type plan struct {
	people    int
	documents int
	last      time.Duration
	pause     time.Duration // between what a person does, on average
	addresses []string
}

func main() {
	var p plan
	flag.IntVar(&p.people, "people", 500, "how many people take part")
	flag.IntVar(&p.documents, "documents", 300, "documents of 33 pages that are there when it begins")
	flag.DurationVar(&p.last, "for", 5*time.Minute, "how long")
	flag.DurationVar(&p.pause, "pause", 20*time.Second, "what a person waits between two doings, on average")
	flag.Parse()
	p.addresses = flag.Args()
	if len(p.addresses) == 0 || p.people < 1 || p.pause <= 0 {
		fmt.Fprintln(os.Stderr, "load: name the address of a replica or of the proxy, and a number of people and a pause above 0")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, p)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, p plan) error {
	crowd, err := prepare(ctx, p)
	if err != nil {
		return err
	}
	r := newReport()
	people := come(ctx, p, crowd, r)
	fmt.Printf("%d people have signed in and work for %v, pausing %v on average\n", len(people), p.last, p.pause)
	play(ctx, p, people)
	r.print(os.Stdout, p.last)
	if r.failed() > 0 {
		return errors.New("requests failed")
	}
	return nil
}
