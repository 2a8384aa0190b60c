//go:build unix

package grading_test

import (
	"slices"
	"strings"
	"testing"

	"nncourse/grading"
	"nncourse/grading/sandbox"
)

// wasiConfig is WebAssembly without the system's help but limits of resources (which keep the compiler in bounds): what
// holds in this column holds on every system.
func wasiConfig() config {
	l := sandbox.WASI | sandbox.Rlimits&sandbox.Available()
	return config{
		name: l.String(), sandbox: l.String(), contains: true, slow: true,
		options: func(o *grading.Options) { o.Sandbox, o.Without = grading.WASI, sandbox.Full&^sandbox.Rlimits },
		want: func(a *attack) []grading.Verdict {
			want := slices.Clone(a.want)
			switch {
			case strings.Contains(a.imports, "syscall"):
				// What package syscall of wasip1 does not have does not compile.
				want = append(want, grading.Unbuildable, grading.Crash) // and kill, of whatever process, ends the program
			case strings.Contains(a.init+a.code, "os.NewFile(4"):
				// There is no such descriptor: what is written to it goes nowhere, and the program answers wrongly, ends, or
				// writes for ever.
				want = append(want, grading.Fail, grading.Crash, grading.Timeout)
			}
			switch a.name {
			case "stack overflow with the stack's limit lifted":
				want = append(want, grading.Crash) // wazero's stack has a limit of its own
			case "memory bomb in one slice":
				want = append(want, grading.Crash) // 64 GB are no length for a slice where addresses have 32 bits: a panic
			}
			return want
		},
		after: func(t *testing.T, a *attack, w *world, r *grading.Report) {
			// Package net of wasip1 has a network of its own inside the program, in which one may listen. That nothing
			// arrives at a real address is tested for every attack.
			if a.after != nil && r.Verdict != grading.Unbuildable && !strings.HasPrefix(a.name, "network") {
				a.after(t, w, r)
			}
		},
	}
}
