package httpd_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
)

// A request that runs when the process is asked to end is answered whole; no connection is kept for another one.
func TestShutdownLetsRequestsFinish(t *testing.T) {
	s := httpd.New(httpd.Options{Log: slog.New(slog.DiscardHandler), Fail: func(_ *fiber.Ctx, err error) error { return err }})
	started := make(chan struct{}, 1)
	s.Mount([]httpd.Route{
		{Method: "GET", Path: "/slow", Access: httpd.Public, Handler: func(c *fiber.Ctx) error {
			started <- struct{}{}
			select {
			case <-c.UserContext().Done():
				return c.UserContext().Err()
			case <-time.After(400 * time.Millisecond):
				return c.SendString("whole")
			}
		}},
		{Method: "GET", Path: "/", Access: httpd.Public, Handler: func(c *fiber.Ctx) error { return c.SendString("ok") }},
	})
	l := listen(t)
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	base := "http://" + l.Addr().String()
	get := func(path string) (string, bool, error) {
		res, err := http.Get(base + path)
		if err != nil {
			return "", false, err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		return string(b), res.Close, err
	}
	if body, closing, err := get("/"); body != "ok" || closing || err != nil {
		t.Fatal(body, closing, err)
	}
	s.Drain()
	if body, closing, err := get("/"); body != "ok" || !closing || err != nil {
		t.Errorf("while draining: %q, closing %t, %v", body, closing, err)
	}
	slow := make(chan string, 1)
	go func() {
		body, _, err := get("/slow")
		if err != nil {
			body = err.Error()
		}
		slow <- body
	}()
	<-started
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if body := <-slow; body != "whole" {
		t.Errorf("the request that ran got %q", body)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, _, err := get("/"); err == nil {
		t.Error("somebody still answers")
	}
}
