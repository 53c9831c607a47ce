package people

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// A roster is at most so many rows and bytes.
const (
	MaxRoster      = 5000
	MaxRosterBytes = 4 << 20
)

// Fate is what happens to a row of a roster.
type Fate string

// The fates.
const (
	FateNew   Fate = "new"   // gets an account
	FateKnown Fate = "known" // has one, which stays as it is
	FateWrong Fate = "wrong" // is left out, for what is written beside it
)

// RosterRow is a person of a list.
type RosterRow struct {
	Line int // in the file
	NewUser
	Fate    Fate
	Wrong   []errs.FieldError
	UserID  string // of the account that is there already, or that was made
	KnownAs string // of the account that is there already
}

// columns are the names by which a column may be called, folded.
var columns = map[string][]string{
	"name":             {"naam", "name", "volledige naam", "full name", "medewerker", "employee"},
	"email":            {"e-mail", "email", "mail", "e-mailadres", "emailadres", "mailadres", "email address", "e-mail address", "mail address"},
	"personnel_number": {"personeelsnummer", "personnel number", "personnel_number", "personeelsnr", "nummer", "number", "employee number"},
	"branch":           {"vestiging", "branch", "kantoor", "office"},
	"function":         {"functie", "function", "job title", "functietitel"},
	"role":             {"rol", "role"},
	"phone":            {"telefoon", "phone", "telefoonnummer", "tel", "mobiel", "mobile", "phone number"},
}

// ParseRoster reads a list of people as spreadsheets write it: commas, semicolons or tabs. The first line names the
// columns; only the name must be there. role finds a role by how it is called in the list.
func ParseRoster(text string, role func(string) auth.Role) ([]*RosterRow, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	head, err := r.Read()
	if err != nil {
		return nil, errs.Invalid("error.invalid").Field("list", "error.field.roster_head").Because(err)
	}
	at := places(head)
	if _, ok := at["name"]; !ok {
		return nil, errs.Invalid("error.invalid").Field("list", "error.field.roster_head")
	}
	var rows []*RosterRow
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return nil, errs.Invalid("error.invalid").Field("list", "error.field.roster_line", "Line", line).Because(err)
		}
		if blank(record) {
			continue
		}
		if len(rows) == MaxRoster {
			return nil, errs.Invalid("error.invalid").Field("list", "error.field.roster_long", "Max", MaxRoster)
		}
		rows = append(rows, row(line, record, at, role))
	}
	if len(rows) == 0 {
		return nil, errs.Invalid("error.invalid").Field("list", "error.field.roster_empty")
	}
	return rows, nil
}

// RosterText reads what is no UTF-8 as the Windows-1252 that Excel writes, and drops the mark that it puts before UTF-8.
func RosterText(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return string(data)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return string(data) // every byte has a meaning there
	}
	return string(out)
}

// separator is the mark that stands most often in the first line.
func separator(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, c := range ";\t" {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

// places finds the columns by their names.
func places(head []string) map[string]int {
	at := map[string]int{}
	for i, h := range head {
		for field, names := range columns {
			for _, n := range names {
				if _, twice := at[field]; !twice && fold.Key(h) == n {
					at[field] = i
				}
			}
		}
	}
	return at
}

func blank(record []string) bool { return strings.TrimSpace(strings.Join(record, "")) == "" }

func row(line int, record []string, at map[string]int, role func(string) auth.Role) *RosterRow {
	get := func(field string) string {
		if i, ok := at[field]; ok && i < len(record) {
			return fold.Line(record[i])
		}
		return ""
	}
	r := &RosterRow{Line: line, NewUser: NewUser{
		Name: get("name"), Email: get("email"), PersonnelNumber: get("personnel_number"), Branch: get("branch"), Function: get("function"), Phone: get("phone"),
		Role: auth.RoleMember,
	}}
	if called := get("role"); called != "" {
		r.Role = role(called)
	}
	return r
}
