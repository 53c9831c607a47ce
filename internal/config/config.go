// Package config reads the settings: flags beat the environment, which beats the defaults.
//
// Every setting is a field of Config with its variable's name; Load reads them all and reports all that is wrong at
// once. Secrets never print.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/mail"
	"github.com/aanpak/aanpak/internal/oidc"
)

// Secret is a value that prints as "***".
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString hides the value.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the value in logs and JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal returns the value.
func (s Secret) Reveal() string { return string(s) }

// Config is all settings.
type Config struct {
	Addr           string        // AANPAK_ADDR: host:port to listen on
	URL            string        // AANPAK_URL: public address, without a slash at the end; empty = from Addr
	Data           string        // AANPAK_DATA: folder of the embedded defaults
	Cache          string        // AANPAK_CACHE: folder of what can be made again, by default "cache" in Data
	DatabaseURL    Secret        // AANPAK_DATABASE_URL: postgres://…; empty = SQLite in Data
	BlobURL        Secret        // AANPAK_BLOB_URL: minio://…; empty = a folder in Data
	SearchURL      Secret        // AANPAK_SEARCH_URL: meilisearch://…; empty = embedded in Data
	SMTPURL        Secret        // AANPAK_SMTP_URL: smtp://…, smtps://…; empty = nothing is mailed
	SMTPCA         string        // AANPAK_SMTP_CA: certificates of the mail server to trust, PEM
	ClamAVURL      string        // AANPAK_CLAMAV_URL: unix:///path or tcp://host:port of clamd; empty = files are not scanned
	Log            string        // AANPAK_LOG: text, json or empty for text on a terminal
	MaxUpload      int64         // AANPAK_MAX_UPLOAD: bytes of the largest file, default 2 GiB
	Readers        int           // AANPAK_READERS: documents read at once; 0 = by the number of processors
	Drain          time.Duration // AANPAK_DRAIN: how long to answer on after being asked to end, until proxies have noticed; default none
	TrustedProxies []string
	Key            Secret    // AANPAK_SECRET: with it, what the database holds of codes and second factors opens nothing by itself
	MetricsToken   Secret    // AANPAK_METRICS_TOKEN: lets a scraper read /metrics
	MetricsAddr    string    // AANPAK_METRICS_ADDR: host:port of its own for /metrics
	LDAP           LDAP      // AANPAK_LDAP_URL and its kin: the company's directory; without it an administrator may name one
	OIDC           OIDC      // AANPAK_OIDC_ISSUER and its kin: sign-in at another site; without it an administrator may name one
	Passwords      Passwords // AANPAK_SIGN_IN_OWN and AANPAK_SIGN_IN_DIRECTORY: who may sign in by one; without them an administrator says
	Traces         bool      // OTEL_EXPORTER_OTLP_ENDPOINT or its kin is set: send traces there
}

// Load reads the settings through lookup, which is os.LookupEnv outside tests. A variable NAME may be given as a file by
// NAME_FILE.
func Load(lookup func(string) (string, bool)) (*Config, error) {
	l := &loader{lookup: lookup}
	c := &Config{
		Addr:         l.text("AANPAK_ADDR", "127.0.0.1:8080"),
		URL:          strings.TrimRight(l.text("AANPAK_URL", ""), "/"),
		Data:         l.text("AANPAK_DATA", "./data"),
		Cache:        l.text("AANPAK_CACHE", ""),
		DatabaseURL:  Secret(l.text("AANPAK_DATABASE_URL", "")),
		BlobURL:      Secret(l.text("AANPAK_BLOB_URL", "")),
		SearchURL:    Secret(l.text("AANPAK_SEARCH_URL", "")),
		SMTPURL:      Secret(l.text("AANPAK_SMTP_URL", "")),
		SMTPCA:       l.text("AANPAK_SMTP_CA", ""),
		ClamAVURL:    l.text("AANPAK_CLAMAV_URL", ""),
		Key:          Secret(l.text("AANPAK_SECRET", "")),
		MetricsToken: Secret(l.text("AANPAK_METRICS_TOKEN", "")),
		MetricsAddr:  l.text("AANPAK_METRICS_ADDR", ""),
		Traces:       wantsTraces(lookup),
		Log:          l.text("AANPAK_LOG", ""),
		MaxUpload:    l.size("AANPAK_MAX_UPLOAD", 2<<30),
		Readers:      int(l.size("AANPAK_READERS", 0)),
		Drain:        l.duration("AANPAK_DRAIN", 0),
	}
	for _, w := range c.ways() {
		l.way(w)
	}
	if c.OIDC.Mail == oidc.MailVerified {
		c.OIDC.Mail = "" // the default written out names no provider
	}
	if c.Cache == "" {
		c.Cache = filepath.Join(c.Data, "cache")
	}
	for p := range strings.SplitSeq(l.text("AANPAK_TRUSTED_PROXIES", ""), ",") {
		if p = strings.TrimSpace(p); p != "" {
			c.TrustedProxies = append(c.TrustedProxies, p)
		}
	}
	return c, errors.Join(append(l.errs, c.Check())...)
}

// Check reports every setting that cannot be.
func (c *Config) Check() error {
	var all []error
	bad := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		bad("AANPAK_ADDR must be host:port, for example 127.0.0.1:8080, not %q", c.Addr)
	}
	if _, _, err := net.SplitHostPort(c.MetricsAddr); c.MetricsAddr != "" && err != nil {
		bad("AANPAK_METRICS_ADDR must be host:port, for example 127.0.0.1:9090, not %q", c.MetricsAddr)
	}
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			bad("AANPAK_URL must be an address like https://aanpak.example.com") // not the value: people put passwords into addresses
		}
	}
	for _, u := range []struct {
		name, value string
		schemes     []string
	}{
		{"AANPAK_DATABASE_URL", c.DatabaseURL.Reveal(), []string{"postgres://", "postgresql://", "sqlite:"}},
		{"AANPAK_BLOB_URL", c.BlobURL.Reveal(), []string{"minio://"}},
		{"AANPAK_SEARCH_URL", c.SearchURL.Reveal(), []string{"meilisearch://"}},
		{"AANPAK_SMTP_URL", c.SMTPURL.Reveal(), []string{"smtp://", "smtps://"}},
		{"AANPAK_CLAMAV_URL", c.ClamAVURL, []string{"unix:///", "tcp://"}},
	} {
		if u.value != "" && !hasAnyPrefix(u.value, u.schemes) {
			bad("%s must begin with %s", u.name, strings.Join(u.schemes, " or "))
		}
	}
	if n := len(c.Key.Reveal()); n > 0 && n < 16 {
		bad("AANPAK_SECRET must have at least 16 characters, better 32 random ones")
	}
	if c.Log != "" && c.Log != "text" && c.Log != "json" {
		bad("AANPAK_LOG must be text or json, not %q", c.Log)
	}
	for _, p := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil && net.ParseIP(p) == nil {
			bad("AANPAK_TRUSTED_PROXIES: %q is no address and no network", p)
		}
	}
	if _, err := c.Mail(); err != nil {
		all = append(all, err)
	}
	for _, w := range c.ways() {
		all = append(all, checkWay(w))
	}
	return errors.Join(all...)
}

// ways are the ways of signing in.
func (c *Config) ways() []Way { return []Way{&c.LDAP, &c.OIDC, &c.Passwords} }

// wantsTraces tells whether OpenTelemetry's own variables ask for traces, and where to send them. The rest of them its library reads.
func wantsTraces(lookup func(string) (string, bool)) bool {
	value := func(name string) string { v, _ := lookup(name); return strings.ToLower(v) }
	if value("OTEL_SDK_DISABLED") == "true" || value("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return value("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// Database returns the address for db.Open.
func (c *Config) Database() string {
	if c.DatabaseURL != "" {
		return c.DatabaseURL.Reveal()
	}
	return "sqlite:" + filepath.Join(c.Data, "aanpak.db")
}

// Mail returns the mail server; nil where the settings name none.
func (c *Config) Mail() (*mail.Server, error) {
	if c.SMTPURL == "" {
		if c.SMTPCA != "" {
			return nil, errors.New("AANPAK_SMTP_URL is missing: AANPAK_SMTP_CA does nothing without it")
		}
		return nil, nil
	}
	host := ""
	if u, err := url.Parse(c.Address()); err == nil {
		host = u.Hostname()
	}
	return mail.Open(mail.Settings{URL: c.SMTPURL.Reveal(), CA: c.SMTPCA, Host: host})
}

// Address is where browsers find the program, as far as that is known: a port that is yet to be picked is not.
func (c *Config) Address() string {
	host, port, err := net.SplitHostPort(c.Addr)
	switch {
	case c.URL != "":
		return c.URL
	case err != nil || port == "0" || host != "localhost" && !net.ParseIP(host).IsLoopback():
		return ""
	}
	return "http://localhost:" + port
}

// Embedded tells whether any part of the data lives in the folder Data, which then belongs to one serving process.
func (c *Config) Embedded() bool { return c.DatabaseURL == "" || c.BlobURL == "" || c.SearchURL == "" }

// Public returns the settings by variable, for people to read: of a secret only that it is set.
func (c *Config) Public() map[string]string {
	out := map[string]string{
		"AANPAK_ADDR": c.Addr, "AANPAK_URL": c.URL, "AANPAK_DATA": c.Data, "AANPAK_CACHE": c.Cache, "AANPAK_DATABASE_URL": c.DatabaseURL.String(),
		"AANPAK_BLOB_URL": c.BlobURL.String(), "AANPAK_SEARCH_URL": c.SearchURL.String(), "AANPAK_SMTP_URL": c.SMTPURL.String(), "AANPAK_CLAMAV_URL": c.ClamAVURL, "AANPAK_LOG": c.Log,
		"AANPAK_MAX_UPLOAD": strconv.FormatInt(c.MaxUpload, 10), "AANPAK_READERS": strconv.Itoa(c.Readers), "AANPAK_DRAIN": c.Drain.String(),
		"AANPAK_METRICS_TOKEN": c.MetricsToken.String(), "AANPAK_METRICS_ADDR": c.MetricsAddr, "AANPAK_SECRET": c.Key.String(),
		"AANPAK_TRUSTED_PROXIES": strings.Join(c.TrustedProxies, ","),
	}
	for _, w := range c.ways() {
		publicWay(w, out)
	}
	return out
}

// loader collects what is wrong while it reads.
type loader struct {
	lookup func(string) (string, bool)
	errs   []error
}

func (l *loader) text(name, def string) string {
	v, ok := l.lookup(name)
	file, hasFile := l.lookup(name + "_FILE")
	switch {
	case hasFile && file != "" && ok && v != "":
		l.errs = append(l.errs, fmt.Errorf("%s and %s_FILE are both set: keep one", name, name))
	case hasFile && file != "":
		b, err := os.ReadFile(file)
		if err != nil {
			l.errs = append(l.errs, fmt.Errorf("%s_FILE cannot be read: %w", name, err))
			return def
		}
		return strings.TrimRight(string(b), "\r\n")
	case ok && v != "":
		return v
	}
	return def
}

// size reads a whole number, with K, M or G for powers of 1024.
func (l *loader) size(name string, def int64) int64 {
	s := l.text(name, "")
	if s == "" {
		return def
	}
	unit := int64(1)
	digits := strings.TrimSuffix(strings.ToUpper(s), "B")
	for suffix, u := range map[string]int64{"K": 1 << 10, "M": 1 << 20, "G": 1 << 30} {
		if strings.HasSuffix(digits, suffix) {
			digits, unit = strings.TrimSuffix(digits, suffix), u
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > 1<<50/unit {
		l.errs = append(l.errs, fmt.Errorf("%s must be a number like 512M, not %q", name, s))
		return def
	}
	return n * unit
}

func (l *loader) duration(name string, def time.Duration) time.Duration {
	v := l.text(name, "")
	if v == "" {
		return def
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 || d > time.Minute {
		l.errs = append(l.errs, fmt.Errorf("%s must be a time of at most a minute like 5s, not %q", name, v))
	}
	return d
}
