//go:build !race

package testenv

// Race tells whether the race detector watches, with which everything takes many times as long.
const Race = false
