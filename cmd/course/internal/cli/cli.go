// Package cli holds what every verb of `go tool course` shares: the table of commands, the exit codes,
// printing for people and for machines, and errors that name the next step.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes of `go tool course`, the same for every verb.
const (
	OK     = 0 // the work was done, and what was checked holds
	Failed = 1 // the work was done, and something does not hold: a cell, a check, a test failed
	Usage  = 2 // the command line is wrong
	Setup  = 3 // something the work needs is missing; the message says how to get it
)

// Command is one verb.
type Command struct {
	Name    string // "data"
	Summary string // one line for the list of commands
	Usage   string // "course data list [--json]\ncourse data fetch NAME…"
	Help    string // a paragraph: what it does, the JSON it prints
	Example string // at least one line a reader can paste
	// Run does the work. It registers its own flags on fs and calls Parse(fs, args).
	// The error is printed as one message; its exit code is Code(err).
	Run func(ctx context.Context, fs *flag.FlagSet, args []string) error
}

// Error is an error with its exit code and the step that mends it.
type Error struct {
	Code int
	Err  error
	Next string // what to do now; printed on a line of its own
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error. The next step may be empty only where the message says it already.
func Errorf(code int, next, format string, args ...any) error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...), Next: next}
}

// Code gives the exit code of an error: 0 for nil, that of an Error, else Failed.
func Code(err error) int {
	var e *Error
	switch {
	case err == nil:
		return OK
	case errors.Is(err, flag.ErrHelp):
		return OK
	case errors.As(err, &e):
		return e.Code
	}
	return Failed
}

// Parse reads flags that may stand before, between and after the positional arguments, and returns those.
func Parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var positional []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, Errorf(Usage, "course "+fs.Name()+" --help", "%v", err)
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return positional, nil
		}
		if consumed := len(args) - len(rest); consumed > 0 && args[consumed-1] == "--" {
			return append(positional, rest...), nil
		}
		positional = append(positional, rest[0])
		args = rest[1:]
	}
}

// PrintJSON writes v as indented JSON and a newline.
func PrintJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Main runs the verb that args[0] names and returns the exit code.
func Main(ctx context.Context, commands []Command, args []string) int {
	if len(args) == 0 || args[0] == "help" && len(args) == 1 || args[0] == "--help" || args[0] == "-h" {
		printCommands(os.Stdout, commands)
		return OK
	}
	if args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	for _, c := range commands {
		if c.Name == args[0] {
			return run(ctx, c, args[1:])
		}
	}
	fmt.Fprintf(os.Stderr, "course: there is no command %q\nnext: go tool course --help\n", args[0])
	return Usage
}

func run(ctx context.Context, c Command, args []string) int {
	fs := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() { printHelp(os.Stdout, c, fs) }
	err := c.Run(ctx, fs, args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return OK
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintf(os.Stderr, "course %s: %s\n", c.Name, msg)
	}
	var e *Error
	if errors.As(err, &e) && e.Next != "" {
		fmt.Fprintf(os.Stderr, "next: %s\n", e.Next)
	}
	return Code(err)
}

func printCommands(w io.Writer, commands []Command) {
	fmt.Fprint(w, "The neural-networks course in Go. Usage: go tool course COMMAND [flags]\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-14s %s\n", c.Name, c.Summary)
	}
	fmt.Fprint(w, `
Start here:      go tool course lab
Test everything: go tool course test
Help on one:     go tool course COMMAND --help

Exit codes: 0 done and all holds; 1 something failed; 2 wrong command line; 3 something needed is missing.
`)
}

func printHelp(w io.Writer, c Command, fs *flag.FlagSet) {
	fmt.Fprintf(w, "%s\n\nUsage:\n", c.Summary)
	for _, l := range strings.Split(strings.TrimSpace(c.Usage), "\n") {
		fmt.Fprintf(w, "  %s\n", l)
	}
	if c.Help != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(c.Help))
	}
	has := false
	fs.VisitAll(func(*flag.Flag) { has = true })
	if has {
		fmt.Fprint(w, "\nFlags:\n")
		fs.SetOutput(w)
		fs.PrintDefaults()
		fs.SetOutput(io.Discard)
	}
	fmt.Fprint(w, "\nExample:\n")
	for _, l := range strings.Split(strings.TrimSpace(c.Example), "\n") {
		fmt.Fprintf(w, "  %s\n", l)
	}
}
