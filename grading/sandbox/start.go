//go:build unix

package sandbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// Process is a running program.
type Process struct {
	Level Level // the layers that hold it
	cmd   *exec.Cmd
	undo  func()
	uid   int // the program's own, with the layer UID
	once  sync.Once
	done  chan struct{}
	exit  Exit
}

// ErrSandbox is wrapped by errors of Start that are not the program's fault.
var ErrSandbox = errors.New("sandbox")

// Start starts the program. When it returns without error, the program runs, with all its layers on.
func Start(s Spec) (*Process, error) {
	level := Available() &^ s.Without
	if s.Profile == XLA && level&(Landlock|Namespaces) == 0 && level.Contains() {
		return nil, fmt.Errorf("%w: a program with XLA opens files, and here neither Landlock nor namespaces say which", ErrSandbox)
	}
	cmd := &exec.Cmd{Path: s.Path, Args: s.Args, Env: s.Env, Dir: s.Dir, Stdout: s.Stdout, Stderr: s.Stderr, ExtraFiles: s.Files}
	if s.Stdin != nil {
		cmd.Stdin = s.Stdin
	}
	if cmd.Env == nil {
		cmd.Env = []string{}
	}
	// After the program ends, its output is waited for this long: a descendant may hold the pipe.
	cmd.WaitDelay = 200 * time.Millisecond
	setSession(cmd)
	undo, uid := func() {}, 0
	var status, statusW *os.File
	if level != None {
		var err error
		if status, statusW, err = os.Pipe(); err != nil {
			return nil, err
		}
		defer status.Close()
		defer statusW.Close()
		cmd.ExtraFiles = append(append([]*os.File(nil), s.Files...), statusW)
		if undo, level, uid, err = wrap(cmd, s, level); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSandbox, err)
		}
	}
	if err := cmd.Start(); err != nil {
		undo()
		return nil, fmt.Errorf("%w: %w", ErrSandbox, err)
	}
	p := &Process{Level: level, cmd: cmd, undo: undo, uid: uid, done: make(chan struct{})}
	if status != nil {
		// The shim's end closes when it becomes the program; before that it says what went wrong.
		statusW.Close()
		status.SetReadDeadline(time.Now().Add(10 * time.Second))
		msg, err := io.ReadAll(io.LimitReader(status, 4096))
		if err != nil {
			msg = append(msg, err.Error()...)
		}
		if len(msg) > 0 {
			p.kill()
			cmd.Wait()
			undo()
			return nil, fmt.Errorf("%w: %s", ErrSandbox, msg)
		}
	}
	go p.wait()
	return p, nil
}

func (p *Process) wait() {
	defer close(p.done)
	p.cmd.Wait() // its error says what ProcessState says, or that output was cut off
	// What it left in its process group goes with it. (Under seccomp there is nothing: it cannot start processes.)
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	p.undo()
	st := p.cmd.ProcessState
	if st == nil {
		p.exit = Exit{Code: -1, Signal: "lost"}
		return
	}
	p.exit = Exit{Code: st.ExitCode(), CPU: st.UserTime() + st.SystemTime()}
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		p.exit.Signal = ws.Signal().String()
	}
	if ru, ok := st.SysUsage().(*syscall.Rusage); ok {
		p.exit.MaxRSS = int64(ru.Maxrss) * 1024
	}
}

// Done is closed when the program has ended and its output is complete.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the end.
func (p *Process) Wait() Exit {
	<-p.done
	return p.exit
}

// Kill ends the program and everything in its session's process group, and waits.
func (p *Process) Kill() Exit {
	p.kill()
	return p.Wait()
}

func (p *Process) kill() {
	p.once.Do(func() {
		select {
		case <-p.done: // its number may be another's by now
			return
		default:
		}
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		p.cmd.Process.Kill()
	})
}

// Pid gives the process number.
func (p *Process) Pid() int { return p.cmd.Process.Pid }
