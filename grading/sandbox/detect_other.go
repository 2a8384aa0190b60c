//go:build !linux

package sandbox

import (
	"os/exec"
	"runtime"
)

func detected() (Level, Status) {
	return None, Status{Level: None.String(), Why: "the sandbox is made of Linux's Landlock and seccomp; this is " + runtime.GOOS,
		Advice: "programs run as WebAssembly here (wasi), which contains them; only on Linux, or in the course's container, is the compiler contained too"}
}

func wrap(cmd *exec.Cmd, s Spec, level Level) (func(), Level, int, error) {
	return func() {}, level, 0, nil
}
