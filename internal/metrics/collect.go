package metrics

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// askTime is how long a scraper waits for the database. What does not answer in time is left out of the answer.
const askTime = 3 * time.Second

// Sources is what must be asked for.
type Sources struct {
	Jobs  func(context.Context) ([]JobLine, error)
	Index func(context.Context) (Index, error)
	Pools map[string]*sql.DB  // by name
	Pool  func() (Pool, bool) // false where there is none
}

// JobLine is the jobs of one name.
type JobLine struct {
	Name   string
	States map[string]int // number by state
	Oldest time.Time      // since when the first waits; zero where none does
}

// Index is how far the index is behind.
type Index struct {
	Waiting, Failing int
	Oldest           time.Time // zero where nothing waits
}

// Pool is the state of PostgreSQL's own pool of connections.
type Pool struct {
	Max, Total, Idle, Used     int
	Acquired, Waited, Canceled int64
	WaitTime                   time.Duration
}

// Ask lets scrapers see what the sources tell.
func (m *Metrics) Ask(s Sources) {
	for name, pool := range s.Pools {
		m.registry.MustRegister(collectors.NewDBStatsCollector(pool, name))
	}
	m.registry.MustRegister(&asker{s, m.log})
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

// What an asker tells. The numbers of the database are of all processes together.
var (
	descUp          = describe("collected", "1 where a part could be asked in time, else 0.", "part")
	descJobs        = describe("jobs", "Jobs that have not ended well, or not yet.", "job", "state")
	descJobOldest   = describe("job_oldest_waiting_seconds", "How long the oldest job has waited for a worker; 0 where none waits.", "job")
	descIndex       = describe("index_waiting", "Things that are marked for the index.")
	descIndexFail   = describe("index_failing", "Of these, those that were tried in vain.")
	descIndexOldest = describe("index_oldest_mark_seconds", "Age of the oldest mark; 0 where nothing waits.")
	descPoolConns   = describe("pgxpool_connections", "Connections of PostgreSQL's pool. States: max, total, idle, used.", "state")
	descPoolGot     = describe("pgxpool_acquired_total", "Connections handed out.")
	descPoolWaited  = describe("pgxpool_waited_total", "Connections handed out after waiting for one.")
	descPoolGone    = describe("pgxpool_canceled_total", "Waits for a connection that nobody sat out.")
	descPoolWait    = describe("pgxpool_wait_seconds_total", "Time spent waiting for connections.")
)

// asker asks the sources when a scraper comes.
type asker struct {
	Sources
	log *slog.Logger
}

// Describe implements prometheus.Collector.
func (a *asker) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descUp, descJobs, descJobOldest, descIndex, descIndexFail, descIndexOldest, descPoolConns, descPoolGot, descPoolWaited, descPoolGone, descPoolWait,
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (a *asker) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	a.part(out, "jobs", a.jobs(ctx, out))
	a.part(out, "index", a.index(ctx, out))
	a.pool(out)
}

func (a *asker) part(out chan<- prometheus.Metric, name string, err error) {
	if err != nil {
		a.log.Warn("metrics were not collected", "part", name, "err", err)
	}
	out <- gauge(descUp, map[bool]float64{true: 1}[err == nil], name)
}

func gauge(d *prometheus.Desc, v float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func count(d *prometheus.Desc, v float64) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.CounterValue, v)
}

func age(since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, time.Since(since).Seconds())
}

func (a *asker) jobs(ctx context.Context, out chan<- prometheus.Metric) error {
	lines, err := a.Jobs(ctx)
	for _, l := range lines {
		for state, n := range l.States {
			out <- gauge(descJobs, float64(n), l.Name, state)
		}
		out <- gauge(descJobOldest, age(l.Oldest), l.Name)
	}
	return err
}

func (a *asker) index(ctx context.Context, out chan<- prometheus.Metric) error {
	i, err := a.Index(ctx)
	if err != nil {
		return err
	}
	out <- gauge(descIndex, float64(i.Waiting))
	out <- gauge(descIndexFail, float64(i.Failing))
	out <- gauge(descIndexOldest, age(i.Oldest))
	return nil
}

func (a *asker) pool(out chan<- prometheus.Metric) {
	p, ok := a.Pool()
	if !ok {
		return
	}
	for state, n := range map[string]int{"max": p.Max, "total": p.Total, "idle": p.Idle, "used": p.Used} {
		out <- gauge(descPoolConns, float64(n), state)
	}
	out <- count(descPoolGot, float64(p.Acquired))
	out <- count(descPoolWaited, float64(p.Waited))
	out <- count(descPoolGone, float64(p.Canceled))
	out <- count(descPoolWait, p.WaitTime.Seconds())
}
