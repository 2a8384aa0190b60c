package class

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

var plainName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// reserved are names that Windows gives devices.
var reserved = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

// SafeName gives a file name for a student's or an exercise's name. Plain ones of lower-case letters, digits, _ and -
// stay; others keep what is plain of them, and get ~ and a part of their hash, so that no two names meet, on no file
// system, and nothing of a name is special anywhere.
func SafeName(s string) string {
	if plainName.MatchString(s) && !reserved.MatchString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= 40 {
			break
		}
	}
	head := strings.Trim(b.String(), "_-")
	if head == "" {
		head = "x"
	}
	sum := sha256.Sum256([]byte(s))
	return head + "~" + hex.EncodeToString(sum[:6])
}

// Cell makes a text safe as a cell of a CSV file: a spreadsheet program takes what begins with =, +, -, @, tab or
// carriage return for a formula, and an apostrophe before it for the mark of text. uncell takes that away again.
func Cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

func uncell(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune("=+-@\t\r\n", rune(s[1])) {
		return s[1:]
	}
	return s
}

// number prints points as nbgrader does: the shortest decimal form, with a point.
func number(x float64) string {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.ContainsRune(s, '.') {
		s += ".0"
	}
	return s
}
