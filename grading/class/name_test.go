package class

import (
	"regexp"
	"strings"
	"testing"
)

// names are students' names that made trouble somewhere.
var names = []string{"anna", "Anna", "ANNA", "anna ", " anna", "ben.o", "ben/o", `ben\o`, "..", ".", "", "../../etc/passwd", "con", "CON", "nul", "aux",
	"=1+1", "+1", "-1", "@SUM(A1)", "'=1", "\t=1", `"quoted"`, "o'neil", "a,b", "a\nb", "é", "e\u0301", "李雷", "\u202egpj", "a~b", "anna~000000000000", "x", "-", "_a",
	strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("é", 300), "a\x00b", "$(rm -rf)", "%41", "a b", "a_b", "a-b"}

func TestSafeName(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(~[0-9a-f]{12})?$`)
	seen := map[string]string{}
	for _, n := range names {
		s := SafeName(n)
		if !form.MatchString(s) || len(s) > 80 || reserved.MatchString(s) {
			t.Errorf("SafeName(%q) = %q", n, s)
		}
		if old, ok := seen[s]; ok {
			t.Errorf("%q and %q both become %q", old, n, s)
		}
		seen[s] = n
	}
	if SafeName("anna_b-2") != "anna_b-2" {
		t.Error("a plain name is changed")
	}
}

func TestCell(t *testing.T) {
	for _, n := range names {
		c := Cell(n)
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			t.Errorf("Cell(%q) = %q begins like a formula", n, c)
		}
		if n != "'=1" && uncell(c) != n { // which stands for =1
			t.Errorf("uncell(Cell(%q)) = %q", n, uncell(c))
		}
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{0: "0.0", 10: "10.0", 7.5: "7.5", 0.0001: "0.0001", 100: "100.0"} {
		if got := number(x); got != want {
			t.Errorf("number(%g) = %s, want %s", x, got, want)
		}
	}
}
