package rules_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/rules"
)

func parse(t *testing.T, text string) rules.Rules {
	t.Helper()
	list, err := rules.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestParse(t *testing.T) {
	t.Parallel()
	got := parse(t, `
		# wie wat mag
		CN=Tender managers,OU=Groepen,DC=b,DC=nl = role manager
		CN=Bouw\; Noord,DC=b,DC=nl=branch Zwolle; /aanpak/beheer = role admin
		* = branch Hoofdkantoor Oost`)
	want := rules.Rules{
		{Group: "CN=Tender managers,OU=Groepen,DC=b,DC=nl", Role: auth.RoleManager},
		{Group: `CN=Bouw\; Noord,DC=b,DC=nl`, Branch: "Zwolle"},
		{Group: "/aanpak/beheer", Role: auth.RoleAdmin},
		{Group: "*", Branch: "Hoofdkantoor Oost"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if g := got.Groups(); len(g) != 3 {
		t.Errorf("groups %q", g)
	}
}

func TestEveryWrongRuleIsTold(t *testing.T) {
	t.Parallel()
	_, err := rules.Parse("CN=A = rol manager\nCN=B = role baas\nCN=C = branch \nzomaar wat\n= role admin")
	if err == nil {
		t.Fatal("no error")
	}
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) != 5 {
		t.Fatalf("err %v", err)
	}
	for i, part := range []string{"CN=A", "CN=B", "CN=C", "zomaar", "= role"} {
		if line := fmt.Sprint(e.Fields[i].Message.Args["Line"]); !strings.HasPrefix(line, part) {
			t.Errorf("%s is not told of: %v", part, line)
		}
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	list := parse(t, "hr = role hr; managers = role manager; zwolle = branch Zwolle; goor = branch Goor; * = branch Hoofdkantoor")
	for _, row := range []struct {
		in   []string
		want rules.Decision
	}{
		{nil, rules.Decision{Role: auth.RoleMember, Branch: "Hoofdkantoor"}},
		{[]string{"managers", "goor"}, rules.Decision{Role: auth.RoleManager, Branch: "Goor"}},
		{[]string{"managers", "hr", "goor", "zwolle"}, rules.Decision{Role: auth.RoleHR, Branch: "Zwolle"}},
	} {
		got := list.Decide(func(g string) bool { return slices.Contains(row.in, g) })
		if got != row.want {
			t.Errorf("%v: %+v, want %+v", row.in, got, row.want)
		}
	}
	if d := parse(t, "zwolle = branch Zwolle").Decide(func(string) bool { return true }); d.Role != "" {
		t.Errorf("rules without a role give the role %q", d.Role)
	}
}
