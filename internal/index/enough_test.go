package index

import "testing"

func TestEnough(t *testing.T) {
	for _, c := range []struct {
		marks, coming int
		want          bool
	}{
		{0, 0, true},
		{1, 0, true},
		{1, 1, false},
		{3, 2, false},
		{4, 4, true},
		{8, 9, false},
		{9, 8, true},
		{15, 16, false},
		{16, 16, true},
	} {
		if got := enough(c.marks, c.coming); got != c.want {
			t.Errorf("enough(%d marks, %d coming) = %t", c.marks, c.coming, got)
		}
	}
}
