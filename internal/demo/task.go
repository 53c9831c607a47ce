package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// task is a line of a schedule.
type task struct {
	number, start, weeks int
	name, after          string
	phase                bool
}

// readTasks reads lines of "name | start | weeks | after"; a line of "# name" is a phase over the tasks below it.
func readTasks(f *file) (list []task, err error) {
	phase := -1
	for line := range strings.Lines(f.text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if name, ok := strings.CutPrefix(line, "# "); ok {
			phase = len(list)
			list = append(list, task{name: name, phase: true})
			continue
		}
		c := cells(line)
		if len(c) < 3 {
			return nil, fmt.Errorf("task %q: want name | start | weeks", line)
		}
		t := task{number: len(list) + 1, name: c[0]}
		if t.start, err = strconv.Atoi(c[1]); err != nil {
			return nil, err
		}
		if t.weeks, err = strconv.Atoi(c[2]); err != nil {
			return nil, err
		}
		if len(c) > 3 {
			t.after = c[3]
		}
		list = append(list, t)
		if phase >= 0 {
			list[phase].cover(t)
		}
	}
	return list, nil
}

// cover widens a phase so that t lies in it.
func (p *task) cover(t task) {
	end := max(p.start+p.weeks, t.start+t.weeks)
	if p.start == 0 || t.start < p.start {
		p.start = t.start
	}
	p.weeks = end - p.start
}
