//go:build !linux

package sandbox

import (
	"os/exec"
	"runtime"
)

func detected() (Level, Status) {
	return None, Status{Level: None.String(), Why: "the sandbox is made of Linux's Landlock and seccomp; this is " + runtime.GOOS,
		Advice: "grade your own work here; grade others' work on Linux or in the course's container"}
}

func wrap(cmd *exec.Cmd, s Spec, level Level) (func(), Level, error) { return func() {}, level, nil }
