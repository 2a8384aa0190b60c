package questions

import (
	_ "embed"
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
)

//go:embed selftest.js
var script string

//go:embed selftest.css
var style string

// SelfTest gives a page's part that asks the questions one by one, in an order that follows from seed, judges each answer, and
// keeps the score in the reader's own browser (localStorage), nowhere else. Class and seed can be changed there. It needs no kernel
// and loads nothing. Where scripts do not run, it is a list of all questions with folded answers.
func SelfTest(list []Question, seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 0))
	var b strings.Builder
	fmt.Fprintf(&b, "<section class=\"course-selftest\" data-seed=\"%d\" data-lm-suppress-shortcuts=\"true\" aria-label=\"Self-test\">\n<style>%s</style>\n", seed, style)
	b.WriteString(`<div class="st-bar" hidden="hidden"><label>Class <select class="st-class"><option value="0">all</option></select></label> ` +
		`<label>Seed <input class="st-seed" type="number" min="0" step="1" size="6"></label> <button type="button" class="st-shuffle">Shuffle</button> ` +
		`<span class="st-score" role="status"></span> <button type="button" class="st-reset">Reset score</button></div>` + "\n<ol>\n")
	for i := range list {
		q := &list[i]
		fmt.Fprintf(&b, "<li data-id=\"%s\" data-class=\"%d\"", html.EscapeString(q.ID), q.Class)
		if q.Number != nil {
			fmt.Fprintf(&b, " data-value=\"%g\" data-within=\"%g\"", q.Number.Value, q.Number.Within)
		}
		fmt.Fprintf(&b, "><fieldset><legend><small>Class %d</small> %s</legend>\n", q.Class, rich(q.Question))
		if q.Number != nil {
			fmt.Fprintf(&b, "<label class=\"st-number\">Your number <input type=\"text\" inputmode=\"decimal\" size=\"8\" autocomplete=\"off\"> %s</label>\n", html.EscapeString(q.Number.Unit))
		} else {
			choices := append([]string{q.Right}, q.Wrong...)
			for _, k := range rng.Perm(len(choices)) {
				mark := ""
				if k == 0 {
					mark = ` data-right="1"`
				}
				fmt.Fprintf(&b, "<label class=\"st-choice\"><input type=\"radio\" name=\"st-%s\"%s> %s</label>\n", html.EscapeString(q.ID), mark, rich(choices[k]))
			}
		}
		fmt.Fprintf(&b, "</fieldset><div class=\"st-act\" hidden=\"hidden\"><button type=\"button\" class=\"st-check\">Check</button> <button type=\"button\" class=\"st-next\">Next question</button> <span class=\"st-verdict\" role=\"status\"></span></div>\n")
		fmt.Fprintf(&b, "<details><summary>Answer</summary><p>%s</p><p><a href=\"%s\">The cell that shows it, in lesson %s</a></p></details></li>\n", rich(q.Answer), html.EscapeString(q.Link()), q.Place())
	}
	fmt.Fprintf(&b, "</ol>\n<script>%s</script></section>", script)
	return b.String()
}
