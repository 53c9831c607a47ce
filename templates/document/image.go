package document

import "strings"

// imageURL is the address of a page's image of a width.
func imageURL(pattern string, n, width int) string {
	u := strings.Replace(pattern, "{n}", num(n), 1)
	if strings.Contains(u, "?") {
		return u + "&width=" + num(width)
	}
	return u + "?width=" + num(width)
}

func tabURL(pattern, tab string) string { return strings.Replace(pattern, "{tab}", tab, 1) }

// short shows enough of a checksum to compare it by eye.
func short(sha string) string {
	if len(sha) > 12 {
		return sha[:12]
	}
	return sha
}

// atPage is an address of a page by its pattern.
func atPage(pattern string, n int) string { return strings.Replace(pattern, "{n}", num(n), 1) }

// panelWords name the panel, with how much is said in it.
func panelWords(panel, said string, n int) string {
	if n == 0 {
		return panel
	}
	return panel + ", " + said
}
