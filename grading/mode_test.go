package grading

import (
	"testing"

	"nncourse/grading/sandbox"
)

// WebAssembly is taken where the machine's own layers contain nothing, and where it is asked for.
func TestChooseWASM(t *testing.T) {
	for _, tc := range []struct {
		mode    Mode
		machine sandbox.Level
		want    bool
	}{
		{Auto, sandbox.Default, false}, {Auto, sandbox.Seccomp | sandbox.Rlimits, false}, {Auto, sandbox.Rlimits, true}, {Auto, sandbox.None, true},
		{Auto, sandbox.Landlock | sandbox.Rlimits, true}, {Native, sandbox.None, false}, {Native, sandbox.Full, false}, {WASI, sandbox.Full, true}, {WASI, sandbox.None, true},
	} {
		if got := chooseWASM(tc.mode, tc.machine); got != tc.want {
			t.Errorf("%q on %s: %v", tc.mode, tc.machine, got)
		}
	}
	for s, want := range map[string]Mode{"": Auto, "auto": Auto, "native": Native, "wasi": WASI} {
		if m, err := ParseMode(s); err != nil || m != want {
			t.Errorf("%q: %q, %v", s, m, err)
		}
	}
	if _, err := ParseMode("docker"); err == nil {
		t.Error("docker is a mode")
	}
}
