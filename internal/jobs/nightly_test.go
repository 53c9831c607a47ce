package jobs

import (
	"testing"
	"time"
	_ "time/tzdata" // wherever the test runs
)

// A time of the night comes once a day, also on the days on which the clock is changed.
func TestDaily(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at := daily(3*time.Hour + 10*time.Minute)
	for now, want := range map[string]string{
		"2026-11-25T02:00:00": "2026-11-25T03:10:00", "2026-11-25T03:10:00": "2026-11-26T03:10:00", "2026-12-31T23:59:59": "2027-01-01T03:10:00",
		"2026-03-29T01:00:00": "2026-03-29T03:10:00", "2026-10-25T01:00:00": "2026-10-25T03:10:00",
	} {
		n, err := time.ParseInLocation("2006-01-02T15:04:05", now, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := at.Next(n).Format("2006-01-02T15:04:05"); got != want {
			t.Errorf("after %s comes %s, want %s", now, got, want)
		}
	}
}
