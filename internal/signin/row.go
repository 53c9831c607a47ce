package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/settings"
)

// row is the settings of a way as the table of settings has them: JSON of the fields by name, secrets sealed. It is empty where there is none.
type row string

// rows are those of all ways.
type rows map[Kind]row

func (k Kind) row() string { return "signin." + string(k) }

func (s *Service) rows(ctx context.Context, d bun.IDB) (rows, error) {
	all, err := settings.All(ctx, d, LDAP.row(), OIDC.row(), Passwords.row())
	if err != nil {
		return nil, fmt.Errorf("settings of signing in: %w", err)
	}
	out := rows{}
	for _, k := range kinds {
		out[k] = row(all[k.row()])
	}
	return out, nil
}

// key tells one set of rows from another.
func (r rows) key() string {
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, "%s\x00%s\x00", k, r[k])
	}
	return b.String()
}

// sealedFor is the use of a sealed secret: for another address it does not open.
func sealedFor(k Kind, f config.Field, way config.Way) string {
	return k.row() + "." + f.Name + "\n" + way.For()
}

// into fills the settings of a way.
func (r row) into(sealer *auth.Sealer, k Kind, way config.Way) error {
	values := map[string]string{}
	if err := json.Unmarshal([]byte(r), &values); err != nil {
		return fmt.Errorf("settings of %s: %w", k, err)
	}
	for _, f := range way.Fields() {
		if f.Secret == nil {
			f.Set(values[f.Name])
		}
	}
	for _, f := range way.Fields() { // when it is known what for
		if f.Secret == nil || values[f.Name] == "" {
			continue
		}
		secret, err := sealer.Open(sealedFor(k, f, way), values[f.Name])
		if err != nil {
			return fmt.Errorf("settings of %s: %s: %w", k, f.Name, err)
		}
		f.Set(secret)
	}
	return nil
}

// newRow is the row of a way with these settings.
func newRow(sealer *auth.Sealer, k Kind, way config.Way) (row, error) {
	values := map[string]string{}
	for _, f := range way.Fields() {
		switch v := f.Value(); {
		case v == "":
		case f.Secret != nil:
			values[f.Name] = sealer.Seal(sealedFor(k, f, way), v)
		default:
			values[f.Name] = v
		}
	}
	b, err := json.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("settings of %s: %w", k, err)
	}
	return row(b), nil
}

// changed names the fields in which two settings of a way differ.
func changed(before, after config.Way) (names []string) {
	old := before.Fields()
	for i, f := range after.Fields() {
		if f.Value() != old[i].Value() {
			names = append(names, f.Name)
		}
	}
	return names
}
