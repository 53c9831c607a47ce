package scim

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// How many resources an answer holds: what is asked for, up to a limit.
const (
	defaultCount = 100
	maxCount     = 1000
)

// page is which of n resources are asked for, as from and to of a slice.
func page(c *fiber.Ctx, n int) (from, to int, err error) {
	start, err := number(c, "startIndex", 1)
	if err != nil {
		return 0, 0, err
	}
	count, err := number(c, "count", defaultCount)
	if err != nil {
		return 0, 0, err
	}
	from = min(max(start, 1)-1, n)
	return from, min(from+min(max(count, 0), maxCount), n), nil
}

func number(c *fiber.Ctx, name string, def int) (int, error) {
	s := c.Query(name)
	if s == "" {
		return def, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, bad(invalidValue, name+" must be a whole number.")
	}
	return n, nil
}

func itoa(n int) string { return strconv.Itoa(n) }

func sendList(c *fiber.Ctx, list []map[string]any, from, total int) error {
	shown := make([]map[string]any, len(list))
	for i, m := range list {
		shown[i] = chosen(c, m)
	}
	return send(c, fiber.StatusOK, fiber.Map{
		"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"}, "totalResults": total, "startIndex": from + 1, "itemsPerPage": len(shown), "Resources": shown,
	})
}

// chosen leaves out what was not asked for. What says which resource it is stays.
func chosen(c *fiber.Ctx, m map[string]any) map[string]any {
	want, without := names(c.Query("attributes")), names(c.Query("excludedAttributes"))
	if len(want) == 0 && len(without) == 0 {
		return m
	}
	out := map[string]any{}
	for k, v := range m {
		named := func(list []string) bool {
			return slices.ContainsFunc(list, func(s string) bool { return isNamed(s, k) })
		}
		if k == "id" || k == "schemas" || k == "meta" || len(want) > 0 && named(want) || len(want) == 0 && !named(without) {
			out[k] = v
		}
	}
	return out
}

func names(s string) (out []string) {
	for n := range strings.SplitSeq(s, ",") {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// isNamed tells whether a name, which may lead further in, is that of an attribute.
func isNamed(s, attr string) bool {
	for _, schema := range []string{userSchema, groupSchema} {
		if rest, ok := cutPrefixFold(s, schema+":"); ok {
			s = rest
		}
	}
	if strings.HasPrefix(attr, "urn:") {
		rest, ok := cutPrefixFold(s, attr)
		return ok && (rest == "" || rest[0] == ':')
	}
	head, _, _ := strings.Cut(s, ".")
	return strings.EqualFold(head, attr)
}
