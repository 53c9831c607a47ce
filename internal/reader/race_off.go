//go:build !race

package reader

// raceMemory is 1 outside the race detector.
const raceMemory = 1
