package feedback

import (
	"fmt"
	"html/template"
	"strings"

	"nncourse/grading/feedback/page"
)

// The pictures below are made of numbers and of texts in this file: nothing in them needs escaping.

// meter shows points as the filled part of a bar.
func meter(x, most float64) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="meter" viewBox="0 0 300 14" preserveAspectRatio="none" role="img" aria-label="%s of %s points"><rect class="track" x="0.5" y="0.5" width="299" height="13"/><rect class="fill" x="1" y="1" width="%.1f" height="12"/></svg>`,
		page.Points(x), page.Points(most), 298*share(x, most)))
}

// kinds are the parts of a check's bar, in their order.
var kinds = []struct{ Class, Words string }{
	{"pass", "passed"}, {"fail", "wrong answer"}, {"other", "no answer (crash, time, memory)"}, {"unbuilt", "not built"},
}

// patterns are drawn over the colours, so that the parts differ without them: hatched, dotted, crossed.
const patterns = `<svg width="0" height="0" aria-hidden="true" focusable="false"><defs>` +
	`<pattern id="p-fail" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>` +
	`<pattern id="p-other" width="5" height="5" patternUnits="userSpaceOnUse"><circle class="dot" cx="2.5" cy="2.5" r="1.2"/></pattern>` +
	`<pattern id="p-unbuilt" width="6" height="6" patternUnits="userSpaceOnUse"><path class="hatch" d="M0 3H6M3 0V6"/></pattern>` +
	`</defs></svg>`

func part(x, width, height float64, class string) string {
	s := fmt.Sprintf(`<rect class="bar-%s" x="%.1f" y="1" width="%.1f" height="%g"/>`, class, x, width, height)
	if class != "pass" {
		s += fmt.Sprintf(`<rect fill="url(#p-%s)" x="%.1f" y="1" width="%.1f" height="%g"/>`, class, x, width, height)
	}
	return s
}

// bar shows how a check ended, in shares; n is in the order of kinds.
func bar(n [4]int) template.HTML {
	total := 0
	var words []string
	for i, c := range n {
		total += c
		if c > 0 {
			words = append(words, fmt.Sprintf("%d %s", c, kinds[i].Words))
		}
	}
	if total == 0 {
		return `<span class="soft">nobody</span>`
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bar" viewBox="0 0 160 18" role="img" aria-label="Of %d: %s">`, total, strings.Join(words, ", "))
	x := 1.0
	for i, c := range n {
		if c > 0 {
			w := 158 * float64(c) / float64(total)
			b.WriteString(part(x, w, 16, kinds[i].Class))
			x += w
		}
	}
	b.WriteString(`<rect class="edge" x="1" y="1" width="158" height="16"/></svg>`)
	return template.HTML(b.String())
}

// swatch is a part's mark in the legend.
func swatch(class string) template.HTML {
	return template.HTML(`<svg viewBox="0 0 28 14" aria-hidden="true" focusable="false">` + part(1, 26, 12, class) + `<rect class="edge" x="1" y="1" width="26" height="12"/></svg>`)
}

// columns shows the distribution of scores: n[i] students with 10 i to 10 (i+1) percent, the last with 100 % included.
func columns(n [10]int) template.HTML {
	most := 1
	var words []string
	for i, c := range n {
		most = max(most, c)
		if c > 0 {
			words = append(words, fmt.Sprintf("%s: %d", binName(i), c))
		}
	}
	if words == nil {
		words = []string{"no scores"}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 660 230" role="img" aria-labelledby="dist-title dist-desc"><title id="dist-title">Distribution of scores</title><desc id="dist-desc">Number of students by percent of the points. %s.</desc>`, strings.Join(words, "; "))
	const left, top, bottom, step = 10.0, 24.0, 180.0, 64.0
	for i, c := range n {
		x, h := left+step*float64(i), (bottom-top)*float64(c)/float64(most)
		if c > 0 {
			fmt.Fprintf(&b, `<rect class="col" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, x+6, bottom-h, step-12, h)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%d</text>`, x+step/2, bottom-h-6, c)
		fmt.Fprintf(&b, `<text class="soft" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x+step/2, bottom+18, binName(i))
	}
	fmt.Fprintf(&b, `<path class="axis" d="M%.1f %.1fH%.1f"/>`, left, bottom, left+10*step)
	fmt.Fprintf(&b, `<text class="soft" x="%.1f" y="%.1f" text-anchor="middle">percent of the points</text></svg>`, left+5*step, bottom+40)
	return template.HTML(b.String())
}

func binName(i int) string {
	if i == 9 {
		return "90–100"
	}
	return fmt.Sprintf("%d–%d", 10*i, 10*i+9)
}
