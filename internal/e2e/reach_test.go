package e2e

import (
	"testing"

	"github.com/aanpak/aanpak/internal/e2e/browser"
)

// covered lists what can be pressed on the page but lies beneath something else, such as a link that covers its whole card. What only
// a bar that stays in place covers comes free by scrolling.
const covered = `[...document.querySelectorAll("main :is(a[href], button, summary, select, input):not([aria-hidden], [tabindex='-1'])")].filter(e => {
	if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true}) || e.disabled) return false;
	const box = e.getClientRects()[0];
	if (!box || !box.width || !box.height) return false;
	const x = box.x + box.width / 2, y = box.y + box.height / 2;
	if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
	const top = document.elementFromPoint(x, y);
	if (!top || e.contains(top) || top.contains(e) || top.closest("label")?.control === e) return false;
	for (let bar = top; bar; bar = bar.parentElement) if (["fixed", "sticky"].includes(getComputedStyle(bar).position)) return false;
	return true;
}).map(e => e.outerHTML.slice(0, 120))`

// reachable fails for what a person sees but cannot press.
func reachable(t *testing.T, tab *browser.Tab, where string) {
	t.Helper()
	found, err := browser.Eval[[]string](tab, covered)
	must(t, err)
	for _, e := range found {
		t.Errorf("%s: covered by something else: %s", where, e)
	}
}
