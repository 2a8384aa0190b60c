//go:build !unix

package sandbox

import "errors"

// Process is a running program.
type Process struct{ Level Level }

// ErrSandbox is wrapped by errors of Start that are not the program's fault.
var ErrSandbox = errors.New("sandbox")

// Start is not possible here.
func Start(s Spec) (*Process, error) {
	return nil, errors.New("sandbox: grading runs on Linux and macOS; on Windows use WSL or the container")
}

// Done is never reached.
func (p *Process) Done() <-chan struct{} { return nil }

// Wait is never reached.
func (p *Process) Wait() Exit { return Exit{} }

// Kill is never reached.
func (p *Process) Kill() Exit { return Exit{} }

// Pid is never reached.
func (p *Process) Pid() int { return 0 }
