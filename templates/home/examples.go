package home

import (
	"net/url"
	"strconv"
	"strings"
)

func num(n int) string { return strconv.Itoa(n) }

func searchURL(q string) string { return "/search?q=" + url.QueryEscape(q) }

// examples are searches to start from: the person's own, else those of the catalogue, which bars part.
func examples(p Home, catalogue string) []string {
	if len(p.Recent) > 0 {
		return p.Recent
	}
	return strings.Split(catalogue, "|")
}
