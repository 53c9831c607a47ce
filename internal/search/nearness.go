package search

import "slices"

// nearWindow is the number of words within which words of a question help each other.
const nearWindow = 12

// Closeness tells how near to each other the words of a question stand: the best 1/(1+words between) of neighbouring
// words, averaged. It is 1 where they follow each other and 0 where they are far apart or fewer than two are there. Each list has the
// places of one word, sorted.
func Closeness(lists [][]int) float64 {
	if len(lists) < 2 {
		return 0
	}
	sum := 0.0
	for i := 1; i < len(lists); i++ {
		if d := distance(lists[i-1], lists[i]); d <= nearWindow {
			sum += 1 / float64(max(d, 1))
		}
	}
	return sum / float64(len(lists)-1)
}

// distance is the least number of words from a place in a to one in b, both sorted; backwards counts one more.
func distance(a, b []int) int {
	best := 1 << 30
	for _, x := range a {
		i, _ := slices.BinarySearch(b, x)
		if i < len(b) {
			best = min(best, b[i]-x)
		}
		if i > 0 {
			best = min(best, x-b[i-1]+1)
		}
	}
	return best
}
