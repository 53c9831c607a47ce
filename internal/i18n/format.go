package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Number words a whole number with the separators of the language: 12.480 in Dutch.
func (l *Localizer) Number(n int64) string {
	if n > -1000 && n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return message.NewPrinter(l.tag).Sprint(number.Decimal(n))
}

// Decimal words a number with at most one digit behind the comma: a score, a percentage.
func (l *Localizer) Decimal(f float64) string {
	whole, tenth, _ := strings.Cut(strconv.FormatFloat(math.Abs(f), 'f', 1, 64), ".")
	n, _ := strconv.ParseInt(whole, 10, 64)
	s := l.Number(n)
	if tenth != "0" {
		s += l.T("format.point") + tenth
	}
	if f < 0 {
		s = "-" + s
	}
	return s
}

// Money words whole euros.
func (l *Localizer) Money(euros int64) string {
	if l.lang == "nl" {
		return "€ " + l.Number(euros)
	}
	return "€" + l.Number(euros)
}

// Bytes words a size in decimal units, as file managers do.
func (l *Localizer) Bytes(n int64) string {
	units := []string{"kB", "MB", "GB", "TB"}
	if n < 1000 {
		return l.N("format.bytes", int(n))
	}
	f, unit := float64(n)/1000, 0
	for f >= 999.5 && unit < len(units)-1 {
		f, unit = f/1000, unit+1
	}
	if f >= 10 {
		return l.Number(int64(f+0.5)) + " " + units[unit]
	}
	return l.Decimal(f) + " " + units[unit]
}

// Date words a day: 24 nov. 2026. The zero time gives nothing.
func (l *Localizer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(l.zone)
	return strconv.Itoa(t.Day()) + " " + l.month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// DateTime words a day and the time of day.
func (l *Localizer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.Date(t) + ", " + t.In(l.zone).Format("15:04")
}

// Month words a month: nov. 2026.
func (l *Localizer) Month(t time.Time) string {
	t = t.In(l.zone)
	return l.month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// Clock words the time of day.
func (l *Localizer) Clock(t time.Time) string { return t.In(l.zone).Format("15:04") }

// Day words a day near now with its weekday, for deadlines: vr 27 nov.
func (l *Localizer) Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(l.zone)
	s := l.weekday(t.Weekday()) + " " + strconv.Itoa(t.Day()) + " " + l.month(t.Month())
	if t.Year() != l.now().In(l.zone).Year() {
		s += " " + strconv.Itoa(t.Year())
	}
	return s
}

// Ago words a moment of the past as people speak of it: just now, 5 minutes ago, yesterday, 24 nov. 2026.
func (l *Localizer) Ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	now := l.now().In(l.zone)
	switch d, days := now.Sub(t), daysBetween(t.In(l.zone), now); {
	case d < time.Minute:
		return l.T("format.just_now")
	case d < time.Hour:
		return l.N("format.minutes_ago", int(d/time.Minute))
	case days == 0:
		return l.N("format.hours_ago", int(d/time.Hour))
	case days == 1:
		return l.T("format.yesterday")
	case days < 7:
		return l.N("format.days_ago", days)
	}
	return l.Date(t)
}

// Until words how far a deadline is: today, tomorrow, in 5 days, or the day itself.
func (l *Localizer) Until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	switch days := daysBetween(l.now().In(l.zone), t.In(l.zone)); {
	case days < 0:
		return l.T("format.passed")
	case days == 0:
		return l.T("format.today")
	case days == 1:
		return l.T("format.tomorrow")
	case days < 15:
		return l.N("format.in_days", days)
	}
	return l.Day(t)
}

// DaysUntil is the number of midnights between now and t, negative when t has passed.
func (l *Localizer) DaysUntil(t time.Time) int {
	return daysBetween(l.now().In(l.zone), t.In(l.zone))
}

// List joins words: a, b and c.
func (l *Localizer) List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + l.T("format.and") + " " + words[last]
}

func (l *Localizer) month(m time.Month) string {
	return strings.Split(l.T("format.months"), " ")[m-1]
}

func (l *Localizer) weekday(d time.Weekday) string {
	return strings.Split(l.T("format.weekdays"), " ")[d]
}

// daysBetween counts midnights, so that 23:59 and 00:01 are a day apart; both times are in the same zone.
func daysBetween(from, to time.Time) int {
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}
