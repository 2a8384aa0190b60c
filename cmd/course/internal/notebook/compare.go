package notebook

import (
	"encoding/json"
	"fmt"
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Difference is one place where a fresh run printed something else than is stored.
type Difference struct {
	Index  int    `json:"index"`  // of the cell in the file
	Number int    `json:"number"` // among the code cells
	Stored string `json:"stored"`
	Fresh  string `json:"fresh"`
	Why    string `json:"why"`
}

// DefaultTolerance is how much a printed number may differ, relative to the larger of the two: processors with other
// vector units round differently, and training amplifies it. A cell tag "tolerance:0.1" sets another.
const DefaultTolerance = 0.02

// Under says in what the fresh run differs by intent from the one whose outputs are stored.
type Under struct {
	Fast bool     // the fast setting
	Away []string // datasets that the lesson uses and that are not on this machine: it made data of its own
}

// Comparison is what Compare found. Every code cell is counted once.
type Comparison struct {
	Compared    int // word for word, number for number
	Masked      int // tagged volatile: not compared
	Budget      int // tagged budget, under the fast setting: claims only
	Away        int // with other data than the stored outputs: claims only
	Differences []Difference
}

// Compare holds the stored text outputs of nb against those of got. Words must be the same; numbers may differ by the
// tolerance; a time printed behind ⏱ is not compared; of a figure its alt text is compared, not its pixels. Cells tagged
// "volatile" are counted, not compared. Cells tagged "budget" where got comes from the fast setting, and all cells where
// datasets are away, must make as many claims (lines that begin with ✓) as are stored.
func Compare(nb, got *Notebook, under Under) (c Comparison) {
	number := 0
	for i := range nb.Cells {
		if nb.Cells[i].Type != "code" {
			continue
		}
		number++
		if nb.Cells[i].Tagged("volatile") {
			c.Masked++
			continue
		}
		budget, away := under.Fast && nb.Cells[i].Tagged("budget"), len(under.Away) > 0
		if budget || away {
			why := "the fast setting"
			if budget {
				c.Budget++
			} else {
				c.Away++
				why = "a run without " + strings.Join(under.Away, ", ")
			}
			a, b := visible(nb.Cells[i].Outputs), visible(got.Cells[i].Outputs)
			if x, y := claims(a), claims(b); x != y {
				c.Differences = append(c.Differences, Difference{Index: i, Number: number, Stored: clip(a), Fresh: clip(b),
					Why: fmt.Sprintf("%d claims (✓) are stored, %s makes %d", x, why, y)})
			}
			continue
		}
		tol := DefaultTolerance
		for _, t := range nb.Cells[i].Metadata.Tags {
			if v, ok := strings.CutPrefix(t, "tolerance:"); ok {
				if f, err := strconv.ParseFloat(v, 64); err == nil {
					tol = f
				}
			}
		}
		c.Compared++
		a, b := visible(nb.Cells[i].Outputs), visible(got.Cells[i].Outputs)
		if why := differs(a, b, tol); why != "" {
			c.Differences = append(c.Differences, Difference{Index: i, Number: number, Stored: clip(a), Fresh: clip(b), Why: why})
		}
	}
	return c
}

// claims counts the lines that nb.Claim prints for a claim that holds.
func claims(s string) int {
	n := 0
	for l := range strings.Lines(s) {
		if strings.HasPrefix(strings.TrimSpace(l), "✓") {
			n++
		}
	}
	return n
}

// visible gives the words that a reader sees in a cell's outputs: standard output, plain text (the alt text of a
// figure), else the text of HTML. Standard error is left out: it holds progress and notices.
func visible(outputs []Output) string {
	var s strings.Builder
	for _, o := range outputs {
		switch {
		case o.Type == "stream":
			if o.Name == "stdout" {
				s.WriteString(string(o.Text))
			}
		case o.Type == "error":
			fmt.Fprintf(&s, "%s: %s\n", o.EName, o.EValue)
		default:
			for _, mime := range []string{"text/plain", "text/markdown", "text/html"} {
				raw, ok := o.Data[mime]
				if !ok {
					continue
				}
				var t Text
				if json.Unmarshal(raw, &t) != nil {
					continue
				}
				if mime == "text/html" {
					t = Text(htmlText(string(t)))
				}
				s.WriteString(string(t) + "\n")
				break
			}
		}
	}
	return s.String()
}

var (
	unseen = regexp.MustCompile(`(?s)<(script|style|svg)\b.*?</(script|style|svg)>`)
	alts   = regexp.MustCompile(`(?s)<img\b[^>]*?\balt="([^"]*)"[^>]*>`)
	tags   = regexp.MustCompile(`(?s)<[^>]*>`)
	clock  = regexp.MustCompile(`⏱\s*[0-9hmµns.,  ]+`)
	num    = regexp.MustCompile(`[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`)
)

func htmlText(s string) string {
	s = unseen.ReplaceAllString(s, " ")
	s = alts.ReplaceAllString(s, " $1 ")
	return html.UnescapeString(tags.ReplaceAllString(s, " "))
}

// differs tells where two texts differ beyond the tolerance, "" if they do not.
func differs(a, b string, tol float64) string {
	a, b = clock.ReplaceAllString(a, "⏱ "), clock.ReplaceAllString(b, "⏱ ")
	wa, wb := words(a), words(b)
	if len(wa) != len(wb) {
		return fmt.Sprintf("the stored output has %d words and numbers, the fresh one %d", len(wa), len(wb))
	}
	for i := range wa {
		if wa[i] == wb[i] {
			continue
		}
		x, errX := parse(wa[i])
		y, errY := parse(wb[i])
		if errX != nil || errY != nil {
			return fmt.Sprintf("%q is stored, %q is fresh", wa[i], wb[i])
		}
		if !(math.Abs(x-y) <= tol*math.Max(math.Abs(x), math.Abs(y))) && !tiny(x, y) {
			return fmt.Sprintf("the number %s is stored, %s is fresh (tolerance %g)", wa[i], wb[i], tol)
		}
	}
	return ""
}

// tiny tells that both numbers are round-off: an error of 1e-16 may print as 3e-17 elsewhere.
func tiny(x, y float64) bool { return math.Abs(x) < 1e-5 && math.Abs(y) < 1e-5 }

func parse(s string) (float64, error) {
	return strconv.ParseFloat(strings.ReplaceAll(s, "−", "-"), 64)
}

// words cuts a text into numbers and the pieces between them, without white space.
func words(s string) []string {
	var out []string
	at := 0
	piece := func(t string) { out = append(out, strings.Fields(t)...) }
	for _, m := range num.FindAllStringIndex(s, -1) {
		piece(s[at:m[0]])
		out = append(out, s[m[0]:m[1]])
		at = m[1]
	}
	piece(s[at:])
	return out
}

func clip(s string) string {
	if r := []rune(s); len(r) > 400 {
		return string(r[:400]) + "…"
	}
	return s
}
