//go:build unix && !linux

package sandbox

import (
	"os/exec"
	"syscall"
)

// setSession gives the program a session of its own.
func setSession(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}
