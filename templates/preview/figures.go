package main

import (
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/admin"
)

func sampleQueue(l *i18n.Localizer) admin.Table {
	return admin.Table{
		ID: "queue-title", Title: l.T("admin.queue.title"),
		Head: []string{l.T("admin.queue.job"), l.T("admin.queue.waiting"), l.T("admin.queue.running"), l.T("admin.queue.retrying"), l.T("admin.queue.failed"), l.T("admin.queue.oldest")},
		Rows: [][]admin.Cell{
			{{Text: l.T("admin.job.library.read")}, {Text: "1.204"}, {Text: "2"}, {Text: "1", Bad: true}, {Text: "0"}, {Text: "12 min"}},
			{{Text: l.T("admin.job.library.copies")}, {Text: "0"}, {Text: "0"}, {Text: "0"}, {Text: "3", Bad: true}, {Text: "–"}},
		},
	}
}

func sampleUse(l *i18n.Localizer, id, title string) admin.Table {
	return admin.Table{
		ID: id, Title: title, Head: []string{l.T("field.kind"), l.T("admin.storage.number"), l.T("admin.storage.bytes")},
		Rows: [][]admin.Cell{{{Text: l.T("kind.approach")}, {Text: "1.204"}, {Text: "3,2 GB"}}, {{Text: l.T("kind.calculation")}, {Text: "88"}, {Text: "212 MB"}}},
	}
}

func sampleAsked(l *i18n.Localizer, id string) admin.Table {
	return admin.Table{
		ID: id, Title: l.T("admin.asked.slow"), Note: l.T("admin.asked.note", "Days", 30), Head: []string{l.T("admin.asked.question"), l.T("admin.asked.slowest"), l.T("admin.asked.times"), l.T("admin.asked.last")},
		Rows: [][]admin.Cell{{{Text: "bewoners communicatie renovatie", URL: "/x"}, {Text: "1.240 ms"}, {Text: "12"}, {Text: "3 mrt 2026"}}},
	}
}
