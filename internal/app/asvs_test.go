package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asvs are how many requirements of levels 1 and 2 each section of ASVS 5.0.0 has: their last number, and those up to it that are of level 3.
var asvs = map[string]struct {
	last  int
	third []int
}{
	"1.1":  {2, nil},
	"1.2":  {10, []int{10}},
	"1.3":  {12, []int{12}},
	"1.4":  {3, nil},
	"1.5":  {3, []int{3}},
	"2.1":  {3, nil},
	"2.2":  {3, nil},
	"2.3":  {5, []int{5}},
	"2.4":  {2, []int{2}},
	"3.2":  {3, []int{3}},
	"3.3":  {5, []int{5}},
	"3.4":  {8, []int{7, 8}},
	"3.5":  {8, []int{6, 7, 8}},
	"3.7":  {5, []int{3, 4, 5}},
	"4.1":  {5, []int{4, 5}},
	"4.2":  {5, []int{2, 3, 4, 5}},
	"4.3":  {2, nil},
	"4.4":  {4, nil},
	"5.1":  {1, nil},
	"5.2":  {6, []int{4, 5, 6}},
	"5.3":  {3, []int{3}},
	"5.4":  {3, nil},
	"6.1":  {3, nil},
	"6.2":  {12, nil},
	"6.3":  {8, []int{5, 6, 7, 8}},
	"6.4":  {6, []int{5, 6}},
	"6.5":  {8, []int{6, 7, 8}},
	"6.6":  {4, []int{4}},
	"6.8":  {4, nil},
	"7.1":  {3, nil},
	"7.2":  {4, nil},
	"7.3":  {2, nil},
	"7.4":  {5, nil},
	"7.5":  {3, []int{3}},
	"7.6":  {2, nil},
	"8.1":  {4, []int{3, 4}},
	"8.2":  {4, []int{4}},
	"8.3":  {3, []int{2, 3}},
	"8.4":  {2, []int{2}},
	"9.1":  {3, nil},
	"9.2":  {4, nil},
	"10.1": {2, nil},
	"10.2": {3, []int{3}},
	"10.3": {5, []int{5}},
	"10.4": {16, []int{12, 13, 14, 15, 16}},
	"10.5": {5, nil},
	"10.6": {2, nil},
	"10.7": {3, nil},
	"11.1": {4, []int{3, 4}},
	"11.2": {5, []int{4, 5}},
	"11.3": {5, []int{4, 5}},
	"11.4": {4, nil},
	"11.5": {2, []int{2}},
	"11.6": {2, []int{2}},
	"12.1": {5, []int{4, 5}},
	"12.2": {2, nil},
	"12.3": {5, []int{5}},
	"13.1": {4, []int{2, 3, 4}},
	"13.2": {6, []int{6}},
	"13.3": {4, []int{3, 4}},
	"13.4": {7, []int{6, 7}},
	"14.1": {2, nil},
	"14.2": {8, []int{5, 6, 7, 8}},
	"14.3": {3, nil},
	"15.1": {5, []int{4, 5}},
	"15.2": {5, []int{4, 5}},
	"15.3": {7, nil},
	"16.1": {1, nil},
	"16.2": {5, nil},
	"16.3": {4, nil},
	"16.4": {3, nil},
	"16.5": {4, []int{4}},
	"17.1": {2, []int{2}},
	"17.2": {8, []int{5, 6, 7, 8}},
	"17.3": {2, nil},
}

// requirement is a row of docs/asvs.md.
type requirement struct{ number, state, where, test string }

func requirements(t *testing.T) (list []requirement) {
	t.Helper()
	text, err := os.ReadFile("../../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+) \| [^|]+ \| (\S+) \| ([^|]+) \| ([^|]*) ?\|$`).FindAllStringSubmatch(string(text), -1) {
		list = append(list, requirement{m[1], m[2], m[3], m[4]})
	}
	return list
}

// TestASVS: every requirement of levels 1 and 2 has one row, whose tests and files there are, and the summary counts them.
func TestASVS(t *testing.T) {
	rows := map[string]int{}
	counts := map[string][4]int{}
	states := map[string]int{"met": 0, "partly": 1, "no": 2, "n/a": 3}
	tests := testsOf(t)
	for _, r := range requirements(t) {
		rows[r.number]++
		state, ok := states[r.state]
		if !ok {
			t.Errorf("%s is %q", r.number, r.state)
		}
		for _, chapter := range []string{strings.SplitN(r.number, ".", 2)[0], "all"} {
			c := counts[chapter]
			c[state]++
			counts[chapter] = c
		}
		r.backed(t, tests)
	}
	for section, s := range asvs {
		want := map[string]bool{}
		for n := range s.last {
			want[fmt.Sprintf("%s.%d", section, n+1)] = true
		}
		for _, n := range s.third {
			delete(want, fmt.Sprintf("%s.%d", section, n))
		}
		for number := range want {
			if rows[number] != 1 {
				t.Errorf("%s has %d rows", number, rows[number])
			}
			delete(rows, number)
		}
	}
	for number := range rows {
		t.Errorf("%s is no requirement of level 1 or 2", number)
	}
	summarised(t, counts)
}

// backed fails for tests and files that are named and are not there. What is met is somewhere.
func (r requirement) backed(t *testing.T, tests map[string]bool) {
	t.Helper()
	names := regexp.MustCompile("`([^`]+)`")
	for _, m := range names.FindAllStringSubmatch(r.test, -1) {
		if !tests[m[1]] {
			t.Errorf("%s: there is no %s", r.number, m[1])
		}
	}
	places := names.FindAllStringSubmatch(r.where, -1)
	if r.state == "met" && len(places) == 0 {
		t.Errorf("%s is met nowhere", r.number)
	}
	for _, m := range places {
		if strings.HasPrefix(m[1], "AANPAK_") {
			continue
		}
		if !exists("../"+m[1]) && !exists("../../"+m[1]) {
			t.Errorf("%s: there is no %s", r.number, m[1])
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(filepath.FromSlash(path))
	return err == nil
}

// summarised compares docs/security.md with what was counted.
func summarised(t *testing.T, counts map[string][4]int) {
	t.Helper()
	text, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	told := regexp.MustCompile(`(?m)^\| (?:V(\d+) [^|]+|(all)) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$`).FindAllStringSubmatch(string(text), -1)
	for _, m := range told {
		chapter := m[1] + m[2]
		c := counts[chapter]
		if got, want := strings.Join(m[3:], " "), strings.Trim(fmt.Sprint(c), "[]"); got != want {
			t.Errorf("chapter %s: the summary says %s, the table %s", chapter, got, want)
		}
		delete(counts, chapter)
	}
	for chapter := range counts {
		t.Errorf("the summary has no chapter %s", chapter)
	}
}
