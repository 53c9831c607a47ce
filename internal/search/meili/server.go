package meili

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/aanpak/aanpak/internal/search"
)

// How long the server may take. A write waits in the queue of the server behind others, so it is given long.
const (
	searchTimeout  = 10 * time.Second
	requestTimeout = 60 * time.Second
	taskTimeout    = 15 * time.Minute
)

var (
	// ErrAway says that the server does not answer: it is a search.ErrAway.
	ErrAway error = away{}
	// ErrKey says that the server refuses the key, or what the key may do.
	ErrKey = errors.New("the search server refuses the key: put a valid one in AANPAK_SEARCH_URL")
	// ErrRefused says that the server could not do what it was asked.
	ErrRefused = errors.New("the search server refuses")
)

type away struct{}

func (away) Error() string {
	return "the search server does not answer: check that it runs and that AANPAK_SEARCH_URL names it"
}

func (away) Is(target error) bool { return target == search.ErrAway }

// server is the connection: the key in use, and errors that say what to do.
type server struct {
	address Address
	http    *http.Client

	mu    sync.Mutex
	api   meilisearch.ServiceManager // with the key in use
	given meilisearch.ServiceManager // with the key of the settings
	own   string                     // uid of the key that we made, else empty
	until time.Time                  // when it ends
}

func newServer(a Address, transport http.RoundTripper) *server {
	s := &server{address: a, http: &http.Client{Transport: transport, Timeout: requestTimeout, CheckRedirect: stay}}
	s.given = s.with(a.Key)
	s.api = s.given
	return s
}

// stay follows no redirect: the address is the operator's, and a key goes along.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func newTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	t.DisableCompression = true // packing an answer takes the server longer than sending it, and sends it late
	t.Proxy = nil
	return t
}

func (s *server) with(key string) meilisearch.ServiceManager {
	// It would wait seconds and send again. Searching has no time for it, and what writes is tried again by the queue of marks.
	return meilisearch.New(s.address.URL, meilisearch.WithAPIKey(key), meilisearch.WithCustomClient(s.http), meilisearch.DisableRetries())
}

func (s *server) now() meilisearch.ServiceManager {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.api
}

// do calls the server. Where it refuses the key that we made, which an administrator may have removed or a new master key voided, a new
// one is made and the call made once more.
func (s *server) do(ctx context.Context, what string, f func(meilisearch.ServiceManager) error) error {
	api := s.now()
	err := f(api)
	if refusedKey(err) && s.renew(ctx, api) {
		err = f(s.now())
	}
	return explain(ctx, what, err)
}

func refusedKey(err error) bool {
	var e *meilisearch.Error
	return errors.As(err, &e) && (e.StatusCode == http.StatusForbidden || e.StatusCode == http.StatusUnauthorized)
}

func notThere(err error) bool {
	var e *meilisearch.Error
	return errors.As(err, &e) && e.StatusCode == http.StatusNotFound
}

// explain turns an error of the client into one of ours. It leaves out what was sent, which is what people wrote.
func explain(ctx context.Context, what string, err error) error {
	var e *meilisearch.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", what, errors.Join(ErrAway, ctx.Err()))
	case refusedKey(err):
		errors.As(err, &e)
		return fmt.Errorf("%s: %w (%s)", what, ErrKey, e.MeilisearchApiError.Code)
	case errors.As(err, &e) && e.StatusCode >= 400 && e.StatusCode < 500:
		return fmt.Errorf("%s: %w: %s (%s)", what, ErrRefused, e.MeilisearchApiError.Message, e.MeilisearchApiError.Code)
	case errors.As(err, &e) && e.StatusCode != 0:
		return fmt.Errorf("%s: %w (status %d)", what, ErrAway, e.StatusCode)
	case errors.As(err, &e) && e.OriginError != nil:
		return fmt.Errorf("%s: %w: %v", what, ErrAway, e.OriginError)
	}
	return fmt.Errorf("%s: %w: %v", what, ErrAway, err)
}

// task starts something that the server does in its own time and waits until it is done. A task that fails is an error
// with the server's reason.
func (s *server) task(ctx context.Context, what string, f func(meilisearch.ServiceManager) (*meilisearch.TaskInfo, error)) error {
	var info *meilisearch.TaskInfo
	err := s.do(ctx, what, func(api meilisearch.ServiceManager) (err error) {
		info, err = f(api)
		return err
	})
	if err != nil {
		return err
	}
	return s.wait(ctx, what, info.TaskUID)
}

// wait asks after a task, quickly at first and then less often.
func (s *server) wait(ctx context.Context, what string, uid int64) error {
	ctx, cancel := context.WithTimeout(ctx, taskTimeout)
	defer cancel()
	for pause := 4 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		var t *meilisearch.Task
		err := s.do(ctx, what, func(api meilisearch.ServiceManager) (err error) {
			t, err = api.GetTaskWithContext(ctx, uid)
			return err
		})
		if err != nil {
			return err
		}
		switch t.Status {
		case meilisearch.TaskStatusSucceeded:
			return nil
		case meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return &TaskError{UID: uid, Status: string(t.Status), Code: t.Error.Code, Message: t.Error.Message, what: what}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: task %d: %w", what, uid, errors.Join(ErrAway, ctx.Err()))
		case <-time.After(pause):
		}
	}
}

// TaskError is a task that the server accepted and could not do.
type TaskError struct {
	UID                   int64
	Status, Code, Message string
	what                  string
}

func (e *TaskError) Error() string {
	return fmt.Sprintf("%s: the search server's task %d %s: %s (%s)", e.what, e.UID, e.Status, e.Message, e.Code)
}

// Unwrap says that the server refused.
func (e *TaskError) Unwrap() error { return ErrRefused }

// taskCode is the server's code of a task that failed, else empty.
func taskCode(err error) string {
	var e *TaskError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
