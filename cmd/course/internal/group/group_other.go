//go:build !unix

// Package group gives a command a process group of its own, so that all it started can be ended with it. Elsewhere than
// on Unix only the command itself is ended.
package group

import "os/exec"

// Own makes the command, not yet started, the head of a group.
func Own(cmd *exec.Cmd) {}

// Kill ends the started command and its group.
func Kill(cmd *exec.Cmd) error { return cmd.Process.Kill() }
