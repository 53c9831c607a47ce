//go:build race

package reader

// raceMemory is how many times its own memory a program takes under the race detector, which keeps shadow memory beside the
// heap (its documentation says 5 to 10 times).
const raceMemory = 10
