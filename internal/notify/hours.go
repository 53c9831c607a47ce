package notify

import (
	"time"
	_ "time/tzdata" // an image without a database of zones has quiet hours all the same
)

// Where somebody chose nothing: their zone, and when they want to hear nothing, in minutes after midnight.
const (
	Zone       = "Europe/Amsterdam"
	quietFrom  = 20 * 60
	quietUntil = 7 * 60
)

// What waits for the morning is mailed at this time of somebody's day, once a week on a Monday.
const (
	morning    = 7*60 + 30
	weeklyMail = time.Monday
)

// bundleFor is how long a mail that leaves at once waits for what else happens in its thread.
const bundleFor = time.Minute

// mailAt is when somebody is to get a mail of a kind, zero for never.
func (s *Service) mailAt(r receiver, k Kind, now time.Time) time.Time {
	sort, _ := sortOf(k)
	if s.Mail == nil || s.URL == "" || r.Email == "" {
		return time.Time{}
	}
	if sort.Fixed {
		return now
	}
	switch r.Rhythm {
	case AtOnce:
		return r.awake(now.Add(bundleFor))
	case Daily:
		return r.morning(now, func(time.Time) bool { return true })
	case Weekly:
		return r.morning(now, func(t time.Time) bool { return t.Weekday() == weeklyMail })
	}
	return time.Time{}
}

// pushAt is when somebody's devices are to show a kind, zero for never.
func (s *Service) pushAt(r receiver, k Kind, now time.Time) time.Time {
	sort, _ := sortOf(k)
	switch {
	case !r.Devices:
		return time.Time{}
	case sort.Fixed:
		return now
	case !r.Push:
		return time.Time{}
	}
	return r.awake(now)
}

// awake is t, or the end of the quiet hours that t is in.
func (r *receiver) awake(t time.Time) time.Time {
	local := t.In(zone(r.Zone))
	m := local.Hour()*60 + local.Minute()
	quiet := r.QuietFrom <= m && m < r.QuietUntil
	if r.QuietFrom > r.QuietUntil { // over midnight
		quiet = m >= r.QuietFrom || m < r.QuietUntil
	}
	if !quiet {
		return t
	}
	end := onClock(local, 0, r.QuietUntil)
	if !end.After(t) {
		end = onClock(local, 1, r.QuietUntil)
	}
	return end.UTC()
}

// morning is the first morning after now that is a day for it.
func (r *receiver) morning(now time.Time, isDay func(time.Time) bool) time.Time {
	local := now.In(zone(r.Zone))
	for day := 0; ; day++ {
		if t := onClock(local, day, morning); t.After(now) && isDay(t) {
			return t.UTC()
		}
	}
}

// onClock is a time of the clock on the wall, some days after t's.
func onClock(t time.Time, days, minutes int) time.Time {
	y, m, d := t.AddDate(0, 0, days).Date()
	return time.Date(y, m, d, 0, minutes, 0, 0, t.Location())
}

// zone is a time zone by its name, the company's where there is no such zone any more.
func zone(name string) *time.Location {
	for _, n := range []string{name, Zone} {
		if n == "" {
			continue
		}
		if z, err := time.LoadLocation(n); err == nil {
			return z
		}
	}
	return time.UTC
}
