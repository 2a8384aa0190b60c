//go:build !unix

package sandbox

import (
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"
)

// Process is a running program.
type Process struct {
	Level Level // None
	cmd   *exec.Cmd
	once  sync.Once
	done  chan struct{}
	exit  Exit
}

// ErrSandbox is wrapped by errors of Start that are not the program's fault.
var ErrSandbox = errors.New("sandbox")

// Start starts the program as a plain child: no layer holds it but Kill. Descriptors beyond the first three cannot be
// given here.
func Start(s Spec) (*Process, error) {
	if len(s.Files) > 0 {
		return nil, fmt.Errorf("%w: a program with more than three descriptors cannot be started here: programs run as WebAssembly", ErrSandbox)
	}
	cmd := &exec.Cmd{Path: s.Path, Args: s.Args, Env: s.Env, Dir: s.Dir, Stdout: s.Stdout, Stderr: s.Stderr}
	if s.Stdin != nil {
		cmd.Stdin = s.Stdin
	}
	if cmd.Env == nil {
		cmd.Env = []string{}
	}
	cmd.WaitDelay = 200 * time.Millisecond
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSandbox, err)
	}
	p := &Process{cmd: cmd, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		cmd.Wait() // its error says what ProcessState says, or that output was cut off
		st := cmd.ProcessState
		if st == nil {
			p.exit = Exit{Code: -1, Signal: "lost"}
			return
		}
		p.exit = Exit{Code: st.ExitCode(), CPU: st.UserTime() + st.SystemTime()}
	}()
	return p, nil
}

// Done is closed when the program has ended and its output is complete.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the end.
func (p *Process) Wait() Exit {
	<-p.done
	return p.exit
}

// Kill ends the program, and waits.
func (p *Process) Kill() Exit {
	p.once.Do(func() { p.cmd.Process.Kill() })
	return p.Wait()
}

// Pid gives the process number.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// AllowXLA is not possible here.
func (s *Spec) AllowXLA(plugin string) error { return errors.ErrUnsupported }
