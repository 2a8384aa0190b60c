// Package page holds what the grader's HTML pages have in common: one style, and the cleaning of texts that students wrote.
//
// A page is one file that needs nothing else: its style is in it, it has no script, and its content security policy lets
// it load and run nothing, whatever a mistake in escaping would let through. Escaping is html/template's.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"nncourse/grading"
)

//go:embed style.css
var style string

var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}()

// New makes a page's template. Its data has a field Title, which is the page's; body is what is between the body's tags.
func New(name, body string, funcs template.FuncMap) *template.Template {
	return template.Must(template.New(name).Funcs(template.FuncMap{
		"text": Clean, "line": Line, "points": Points, "percent": Percent, "excerpt": Excerpt,
	}).Funcs(funcs).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="` + policy + `">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{{line .Title}}</title>
<style>` + style + `</style>
</head>
<body>
` + body + `</body>
</html>
`))
}

// Write makes a page and puts it into a file, so that there is the old one or the new one at every moment.
func Write(file string, make func(io.Writer) error) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".page-*.tmp")
	if err != nil {
		return err
	}
	err = make(f)
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// Clean makes a text of a student's fit to be shown: valid UTF-8, control characters and those that turn the direction of
// writing or have no width made visible, at most 4000 characters.
func Clean(s string) string { return clip(clean(s), 4000) }

// Line is Clean for what is one line: a name.
func Line(s string) string {
	return clip(strings.NewReplacer("\n", "␊", "\t", "␉").Replace(clean(s)), 200)
}

func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x061c, 0x2028, 0x2029, 0x2060, 0xfffe, 0xffff:
			return utf8.RuneError
		}
		return r
	}, grading.Printable(s))
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	i, left := 0, n
	for i = range s {
		if left == 0 {
			return fmt.Sprintf("%s… (%d more characters)", s[:i], utf8.RuneCountInString(s[i:]))
		}
		left--
	}
	return s
}

// Excerpt gives the beginning of what a program printed: at most 40 lines of at most 200 characters, and says what it left
// out.
func Excerpt(s string) string {
	var b strings.Builder
	n := 0
	s = strings.TrimSuffix(clean(s), "\n")
	for l := range strings.Lines(s) {
		if n++; n > 40 {
			fmt.Fprintf(&b, "… (%d more lines)", strings.Count(s, "\n")+1-40)
			break
		}
		b.WriteString(clip(strings.TrimSuffix(l, "\n"), 200))
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Points prints points with at most two decimals.
func Points(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		s = "0"
	}
	return strings.Replace(s, "-", "−", 1)
}

// Percent prints a share, 0 to 1, in percent without decimals; what is not all is at most 99 %, and what is not nothing at
// least 1 %.
func Percent(x float64) string {
	n := int(100*x + 0.5)
	if x > 0 && n == 0 {
		n = 1
	}
	if x < 1 && n == 100 {
		n = 99
	}
	return strconv.Itoa(n) + " %"
}
