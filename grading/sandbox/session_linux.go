package sandbox

import (
	"os/exec"
	"syscall"
)

// setSession gives the program a session of its own, and ends it with the grader.
func setSession(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
