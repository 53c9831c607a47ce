package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/mattn/go-isatty"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
)

// Env is what the program has from outside: streams, arguments and environment.
type Env struct {
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Lookup         func(string) (string, bool)
}

// Main runs the program and returns its exit code: 0, 1 for a failure, 2 for wrong use.
func Main() int {
	return Run(Env{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lookup: os.LookupEnv})
}

// cli is the commands and the flags that all have.
type cli struct {
	Data string `help:"Folder of the data (AANPAK_DATA)." placeholder:"DIR"`
	Log  string `help:"Form of the log: text or json (AANPAK_LOG)." placeholder:"FORM"`

	Demo      demoCmd      `cmd:"" help:"Show Aanpak with a fictional company."`
	Serve     serveCmd     `cmd:"" help:"Serve the website and work in the background."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database to this version."`
	User      userCmd      `cmd:"" help:"People with an account."`
	Token     tokenCmd     `cmd:"" help:"Tokens for the API."`
	Import    importCmd    `cmd:"" help:"Import a folder or a zip of documents."`
	Reindex   reindexCmd   `cmd:"" help:"Rebuild the search index from the database."`
	Backup    backupCmd    `cmd:"" help:"Write everything into one archive, while people work."`
	Restore   restoreCmd   `cmd:"" help:"Fill an empty installation from an archive."`
	Directory directoryCmd `cmd:"" help:"The company's directory (LDAP, Active Directory)."`
	Doctor    doctorCmd    `cmd:"" help:"Check settings and services."`
	Ping      pingCmd      `cmd:"" help:"Ask the serving process on this machine whether it lives."`
	Extract   extractCmd   `cmd:"" help:"Print what is read from a file, a line of JSON a page."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// call is what every command's Run gets.
type call struct {
	Env
	ctx   context.Context
	flags map[string]string // settings given as flags, by variable
}

// usageError is wrong use: exit 2.
type usageError struct{ error }

// exitError ends with a code after everything has been said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Run is Main with everything from outside given.
func Run(env Env) int {
	var c cli
	done := -1
	parser, err := kong.New(&c, kong.Name("aanpak"), kong.Description("A library of selection documents, searchable to the page."),
		kong.Writers(env.Stdout, env.Stderr), kong.Exit(func(code int) { done = code }))
	if err != nil {
		panic(err) // a mistake in the struct above
	}
	parsed, err := parser.Parse(env.Args)
	if done >= 0 {
		return done // --help
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "aanpak: %v; see aanpak --help\n", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k := &call{Env: env, ctx: ctx, flags: map[string]string{"AANPAK_DATA": c.Data, "AANPAK_LOG": c.Log}}
	return k.exit(parsed.Run(k))
}

// exit says what went wrong and chooses the code.
func (k *call) exit(err error) int {
	var usage usageError
	var code exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		fmt.Fprintf(k.Stderr, "aanpak: %s\n", sentence(err))
		return 2
	}
	fmt.Fprintf(k.Stderr, "aanpak: %s\n", sentence(err))
	return 1
}

// sentence words an error for a terminal: the public message with its fields and, for us to see, the cause.
func sentence(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	l := i18n.For("en")
	parts := []string{l.Message(e.Message)}
	for _, f := range e.Fields {
		parts = append(parts, f.Field+": "+l.Message(f.Message))
	}
	if e.Cause != nil {
		parts = append(parts, "("+e.Cause.Error()+")")
	}
	return strings.Join(parts, " ")
}

// config reads the settings; flags beat the environment.
func (k *call) config() (*config.Config, error) {
	c, err := config.Load(func(name string) (string, bool) {
		if v := k.flags[name]; v != "" {
			return v, true
		}
		if _, fixed := k.flags[strings.TrimSuffix(name, "_FILE")]; fixed && strings.HasSuffix(name, "_FILE") && k.flags[strings.TrimSuffix(name, "_FILE")] != "" {
			return "", false
		}
		return k.Lookup(name)
	})
	if err != nil {
		return nil, usageError{fmt.Errorf("%s", strings.ReplaceAll(err.Error(), "\n", "; "))}
	}
	return c, nil
}

// logger writes to standard error: text on a terminal, else JSON.
func (k *call) logger(cfg *config.Config) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if v, _ := k.Lookup("AANPAK_LOG_LEVEL"); v == "debug" {
		o.Level = slog.LevelDebug
	}
	form := cfg.Log
	if f, ok := k.Stderr.(*os.File); form == "" && ok && isatty.IsTerminal(f.Fd()) {
		form = "text"
	}
	if form == "text" {
		return slog.New(slog.NewTextHandler(k.Stderr, o))
	}
	return slog.New(slog.NewJSONHandler(k.Stderr, o))
}

// open opens the program's parts for a command.
func (k *call) open(parts Parts) (*App, error) {
	cfg, err := k.config()
	if err != nil {
		return nil, err
	}
	return New(k.ctx, cfg, k.logger(cfg), parts)
}
