// Package faults holds the tests of what happens when a part is away, slow or lost, and when the program is killed: with the real
// program in processes of its own, on the real parts. docs/faults.md says what they promise.
package faults
