// Package bench holds the benchmarks of the whole program: import against reading alone, search by HTTP in a large library,
// upload until found, memory and start. It has no code but in tests. docs/benchmarks.md gives the commands and figures;
// the parts' own benchmarks are with the parts.
package bench
