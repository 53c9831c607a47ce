package links

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/net/idna"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/settings"
)

// Settings are what an administrator allows. The zero value allows nothing.
type Settings struct {
	On    bool     `json:"on"`
	Hosts []string `json:"hosts,omitempty"` // with all names under them; none = every public one
}

// previewSetting has the Settings as JSON.
const previewSetting = "links.preview"

const maxHosts = 200

// allows tells whether pages of a host are opened and shown.
func (s Settings) allows(host string) bool {
	return s.On && (len(s.Hosts) == 0 || slices.ContainsFunc(s.Hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) }))
}

// may is which addresses are opened, also those that a page leads to.
func (s *Service) may(set Settings) func(*url.URL) bool {
	return func(u *url.URL) bool {
		host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
		return host != s.own && set.allows(host)
	}
}

// Settings returns what is allowed, to administrators.
func (s *Service) Settings(ctx context.Context, v auth.Viewer) (Settings, error) {
	if err := people.CanAdminister(v); err != nil {
		return Settings{}, err
	}
	return read(ctx, s.db.Reader())
}

// On tells whether posts get previews. Everybody may know.
func (s *Service) On(ctx context.Context) (bool, error) {
	set, err := s.now(ctx)
	return set.On, err
}

// now is what is allowed, as it is kept.
func (s *Service) now(ctx context.Context) (Settings, error) {
	return s.kept.Get(ctx, "", func(ctx context.Context) (Settings, error) { return read(ctx, s.db.Reader()) })
}

// Set allows previews, or takes them all away at once.
func (s *Service) Set(ctx context.Context, v auth.Viewer, set Settings) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	var err error
	if set.Hosts, err = cleanHosts(set.Hosts); err != nil {
		return err
	}
	value, err := json.Marshal(set)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := settings.Put(ctx, tx, previewSetting, string(value)); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "settings.links", "settings", string(value))
	})
	return db.Classify(err)
}

func read(ctx context.Context, tx bun.IDB) (set Settings, err error) {
	value, err := settings.Get(ctx, tx, previewSetting)
	if err != nil || value == "" {
		return set, err
	}
	if err := json.Unmarshal([]byte(value), &set); err != nil {
		return set, fmt.Errorf("links: %w", err)
	}
	return set, nil
}

// cleanHosts wants names of hosts, and returns each once as addresses have it.
func cleanHosts(typed []string) (list []string, err error) {
	for _, h := range typed {
		if h = strings.TrimSpace(h); h == "" {
			continue
		}
		host, err := idna.Lookup.ToASCII(strings.TrimPrefix(h, "*."))
		if err != nil || !strings.Contains(host, ".") || strings.ContainsAny(host, "/:@ ") || isIP(host) {
			return nil, errs.Invalid("error.invalid").Field("hosts", "error.field.host", "Host", h)
		}
		if !slices.Contains(list, host) {
			list = append(list, host)
		}
	}
	if len(list) > maxHosts {
		return nil, errs.Invalid("error.invalid").Field("hosts", "error.field.too_many", "Max", maxHosts)
	}
	return list, nil
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
