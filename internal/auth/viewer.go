// Package auth says who is asking and what that person's role allows.
//
// A Viewer is an explicit parameter of every method that reads or changes something for somebody.
// Its zero value is nobody and sees nothing; System is for jobs and commands. Audience keys are the one
// vocabulary of visibility: a thing is visible to a viewer when one of the thing's keys is one of the viewer's.
package auth

import (
	"slices"
	"time"
)

// Role is what a person may do beyond reading and writing own things.
type Role string

// The roles of a person, lowest first.
const (
	RoleMember     Role = "member"
	RoleAmbassador Role = "ambassador"
	RoleEditor     Role = "editor"  // company news
	RoleManager    Role = "manager" // of the own branch
	RoleHR         Role = "hr"
	RoleAdmin      Role = "admin"
)

// Roles lists every role in the order in which forms show them.
var Roles = []Role{RoleMember, RoleAmbassador, RoleEditor, RoleManager, RoleHR, RoleAdmin}

// Valid tells whether r is a role that exists.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Viewer is who asks. The zero value is nobody.
type Viewer struct {
	UserID   string
	BranchID string
	Name     string
	Role     Role
	Language string   // "nl" or "en"; empty where the viewer has no preference
	Groups   []string // ids of groups and, by TeamGroup, of tender teams the viewer is in
	// Calculator tells whether the viewer reads the calculations of their branch.
	Calculator bool
	// Grants are what the viewer, an administrator, may see for a while without its being for them.
	Grants  []Grant
	Address string // where the request came from, for the audit trail
	Via     string // how: ViaBrowser, ViaToken or empty for a command
	system  bool
}

// Grant lets somebody see what carries a key, until a time. It lets nobody change anything.
type Grant struct {
	ID    string // of the temporary access, for the audit trail
	Key   string
	Until time.Time
}

// How a viewer asks.
const (
	ViaBrowser = "browser"
	ViaToken   = "token"
	ViaLink    = "link" // an outsider, by a share link
)

// System is the viewer of jobs and commands: it sees and may do everything.
func System() Viewer { return Viewer{Name: "Aanpak", Role: RoleAdmin, system: true} }

// IsSystem tells whether the viewer is a job or command rather than a person.
func (v Viewer) IsSystem() bool { return v.system }

// SignedIn tells whether the viewer is a person with a valid sign-in, or the system.
func (v Viewer) SignedIn() bool { return v.system || v.UserID != "" }

// IsAdmin tells whether the viewer administers this installation.
func (v Viewer) IsAdmin() bool { return v.Role == RoleAdmin && v.SignedIn() }

// Manages tells whether the viewer may correct what people of a branch wrote.
func (v Viewer) Manages(branchID string) bool {
	return v.IsAdmin() || (v.Role == RoleManager && v.UserID != "" && v.BranchID == branchID)
}

// AudienceKeys returns the keys under which the viewer sees things, for SQL and for the search index.
// Nobody has none. The system has none either: callers skip the filter for it.
func (v Viewer) AudienceKeys() []string {
	keys := v.OwnKeys()
	for _, g := range v.Grants {
		keys = append(keys, g.Key)
	}
	return keys
}

// Granted tells whether the viewer sees what carries a key by temporary access.
func (v Viewer) Granted(key string) bool {
	return slices.ContainsFunc(v.Grants, func(g Grant) bool { return g.Key == key })
}

// OwnKeys returns the audience keys that are the viewer's own, without those of temporary access.
func (v Viewer) OwnKeys() []string {
	if v.UserID == "" {
		return nil
	}
	keys := []string{KeyCompany, UserKey(v.UserID)}
	if v.BranchID != "" {
		keys = append(keys, BranchKey(v.BranchID))
		if v.Calculator {
			keys = append(keys, CalculatorsKey(v.BranchID))
		}
	}
	for _, g := range v.Groups {
		keys = append(keys, GroupKey(g))
	}
	return keys
}

// KeyCompany is the audience key of everybody who is signed in.
const KeyCompany = "company"

// UserKey is the audience key of one person.
func UserKey(id string) string { return "user:" + id }

// OwnerKey is on everything that a person owns, and nobody holds it but by temporary access.
func OwnerKey(id string) string { return "owner:" + id }

// DocumentKey is on one document, and nobody holds it but by temporary access.
func DocumentKey(id string) string { return "document:" + id }

// BranchKey is the audience key of everybody of a branch.
func BranchKey(id string) string { return "branch:" + id }

// CalculatorsKey is the audience key of the calculators of a branch.
func CalculatorsKey(branchID string) string { return "calculators:" + branchID }

// GroupKey is the audience key of the members of a group.
func GroupKey(id string) string { return "group:" + id }

// TeamGroup is the team of a tender, as a group.
func TeamGroup(tenderID string) string { return "tender:" + tenderID }
