package nb

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Check ends the cell if err is not nil: it writes the innermost message to stderr,
// then the reader's own line that led to it, then what was being done, never a stack
// trace, and exits with code 1 after all earlier output has arrived.
func Check(err error) {
	if err != nil {
		fail(err)
	}
}

// Must returns v, or ends the cell as Check does.
func Must[T any](v T, err error) T {
	if err != nil {
		fail(err)
	}
	return v
}

func fail(err error) {
	fmt.Fprint(out.stderr, explain(err))
	out.end(1)
}

// explain writes an error for the reader of a cell.
func explain(err error) string {
	var b strings.Builder
	inner := innermost(err)
	fmt.Fprintf(&b, "error: %s\n", shorten(inner, 8, 900))
	if file, line := userLine(err); file != "" {
		if code := sourceLine(file, line); code != "" {
			fmt.Fprintf(&b, "  in your line:  %s\n", code)
		}
		// The kernel sets the cell and its line before this place.
		fmt.Fprintf(&b, "  at %s:%d\n", file, line)
	}
	// "outer: inner" → outer
	outer := strings.TrimRight(strings.TrimSuffix(err.Error(), inner), ": \n")
	if outer != "" && outer != inner && outer != err.Error() {
		fmt.Fprintf(&b, "  while: %s\n", shorten(outer, 3, 300))
	}
	return b.String()
}

// innermost is the message of the error that started it; of joined errors, of each.
func innermost(err error) string {
	for {
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			var all []string
			for _, e := range many.Unwrap() {
				all = append(all, innermost(e))
			}
			return strings.Join(all, "\n")
		}
		next := errors.Unwrap(err)
		if next == nil {
			return strings.TrimSpace(err.Error())
		}
		err = next
	}
}

// shorten keeps the first lines and characters.
func shorten(s string, lines, characters int) string {
	l := strings.Split(s, "\n")
	if len(l) > lines {
		l = append(l[:lines], "…")
	}
	s = strings.Join(l, "\n  ")
	if utf8.RuneCountInString(s) > characters {
		s = string([]rune(s)[:characters]) + " …"
	}
	return s
}

// frame is one of a stack trace as pkg/errors prints it: function, then file:line.
var frame = regexp.MustCompile(`(?m)^main\.\S*\n\t(\S.*?):(\d+)`)

// userLine finds the line of the cell, or of package main: the innermost one in the
// trace that err holds, else the one that called this package.
func userLine(err error) (file string, line int) {
	if m := frame.FindStringSubmatch(fmt.Sprintf("%+v", err)); m != nil {
		n, _ := strconv.Atoi(m[2])
		return m[1], n
	}
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "main.") {
			return f.File, f.Line
		}
		if !more {
			return "", 0
		}
	}
}

// sourceLine reads one line of a file, "" if it cannot.
func sourceLine(file string, line int) string {
	if filepath.Ext(file) != ".go" {
		return ""
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	lines := bytes.Split(data, []byte("\n"))
	if line < 1 || line > len(lines) {
		return ""
	}
	return shorten(strings.TrimSpace(string(lines[line-1])), 1, 160)
}
