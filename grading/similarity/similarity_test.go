package similarity

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nncourse/lib/workspace"
)

func exercise(t testing.TB, slug string, o Options) (c *Corpus, right []File) {
	t.Helper()
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	base, err := BaseOf(filepath.Join(root, "exercises", slug))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, g := range []string{"*.go", "right/*/*.go"} {
		l, err := filepath.Glob(filepath.Join(root, "solutions", slug, g))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, l...)
	}
	for _, f := range list {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(filepath.Join(root, "solutions"), f)
		right = append(right, File{filepath.ToSlash(name), b})
	}
	return New(o, base...), right
}

func slugs(t testing.TB) []string {
	t.Helper()
	root, err := workspace.Root()
	if err != nil {
		t.Fatal(err)
	}
	list, err := filepath.Glob(filepath.Join(root, "solutions", "*", "right"))
	if err != nil || len(list) < 3 {
		t.Fatalf("solutions with right variants: %v, %v", list, err)
	}
	for i := range list {
		list[i] = filepath.Base(filepath.Dir(list[i]))
	}
	return list
}

// disguise does to a source what a copier does: other names, other comments, other numbers, declarations in another order,
// brackets, x += 1 for x++, > for <.
func disguise(t testing.TB, f File, seed uint64) File {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, "", f.Source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]bool{}
	for _, s := range tree.Imports {
		imported[path.Base(strings.Trim(s.Path.Value, `"`))] = true
	}
	foreign := map[*ast.Ident]bool{tree.Name: true}
	renamed := 0
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imported[x.Name] {
				foreign[x], foreign[n.Sel] = true, true
			}
		case *ast.Ident:
			if !foreign[n] && n.Name != "_" && types.Universe.Lookup(n.Name) == nil {
				n.Name = fmt.Sprintf("z%d%s", len(n.Name), strings.ToUpper(n.Name))
				renamed++
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT {
				n.Value = "3.5e-7"
			}
		}
		return true
	})
	var parts []string
	for _, d := range tree.Decls[1:] { // after the imports
		var b strings.Builder
		if err := format.Node(&b, fset, d); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, "// all my own work\n"+b.String()+"\n")
	}
	rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	body := strings.Join(parts, "\n")
	body = regexp.MustCompile(`(\w+)\+\+`).ReplaceAllString(body, "$1 += 1")
	body = regexp.MustCompile(`if (\w+) < (\w+) \{`).ReplaceAllString(body, "if ($2 > ($1)) {")
	var head strings.Builder
	if err := format.Node(&head, fset, tree.Decls[0]); err != nil {
		t.Fatal(err)
	}
	out, err := format.Source([]byte("package " + tree.Name.Name + "\n" + head.String() + "\n" + body))
	if err != nil {
		t.Fatalf("the disguise of %s does not parse: %v", f.Name, err)
	}
	if renamed < 100 {
		t.Fatalf("only %d names of %s were changed", renamed, f.Name)
	}
	return File{f.Name, out}
}

// TestDisguised: names, comments, numbers, order and small rewritings hide nothing.
func TestDisguised(t *testing.T) {
	for _, slug := range slugs(t) {
		c, right := exercise(t, slug, Options{})
		for i, f := range right {
			a, b := c.Add("a", f), c.Add("b", disguise(t, f, uint64(i)))
			p := Compare(a, b)
			t.Logf("%-45s %4d tokens, %3d fingerprints, disguised copy %.2f", f.Name, a.Tokens(), a.Fingerprints(), p.Score)
			if p.Score < 0.95 {
				t.Errorf("%s and its disguised copy score %.2f", f.Name, p.Score)
			}
		}
	}
}

// TestNormal lists what is the same to the comparison, and what is not.
func TestNormal(t *testing.T) {
	kinds := func(body string) string {
		rows, err := tokenize(0, File{"p.go", []byte("package p\nimport (m \"math\"; \"math\")\n" + body)})
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		var all []string
		for _, r := range rows {
			var b strings.Builder
			for _, k := range r {
				fmt.Fprintf(&b, "%x ", k.kind)
			}
			all = append(all, b.String())
		}
		slices.Sort(all)
		return strings.Join(all, "\n")
	}
	f := func(s string) string { return "func f(a, b []float64) float64 { " + s + "; return 0 }" }
	for _, x := range [][2]string{
		{f("x := 1.5"), "func g(c, d []float64) float64 { y := 7; return 1 }"},
		{f("x := a[0] * b[1]"), f("x := ((a[0]) * (b[2])) /* so it is */")},
		{f("for i := 0; i < len(a); i++ { }"), f("for j := 3; len(b) > j; j += 1 { }")},
		{f("if a[0] <= b[0] { }"), f("if b[0] >= a[0] { }")},
		{f("var x = 1"), f("x := 1")},
		{f("x := math.Sqrt(2)"), f("x := m.Sqrt(2)")},
		{"func f(a []int, b []int) { }", "func f(a, b []int) { }"},
		{"var a = 1; var b = []int{2}; func f() { }", "func f() { }; var ( b = []int{2}; a = 1 )"},
		{"/* one */ func f() { /* two */ }", "func f() { }"},
	} {
		if kinds(x[0]) != kinds(x[1]) {
			t.Errorf("these differ:\n%s\n%s", x[0], x[1])
		}
	}
	for _, x := range [][2]string{
		{f("x := a[0] + b[0]"), f("x := a[0] - b[0]")},
		{f("if a[0] < 1 { }"), f("if a[0] > 1 { }")},
		{f("x := math.Sqrt(2)"), f("x := math.Abs(2)")},
		{f("x := len(a)"), f("x := cap(a)")},
		{f("if a == nil { x := 1 }; x := 1"), f("if a == nil { x := 1; x := 1 }")},
		{f("for { break }"), f("for { continue }")},
		{f("x = 1"), f("x := 1")},
		{"func f(a int) { }", "func f(a, b int) { }"},
	} {
		if kinds(x[0]) == kinds(x[1]) {
			t.Errorf("these are the same:\n%s\n%s", x[0], x[1])
		}
	}
}

// TestIndependent is what the defaults are calibrated on: right solutions that were written independently.
func TestIndependent(t *testing.T) {
	// On these the threshold was calibrated: their right solutions were written without a look at each other. Those of
	// other, smaller exercises share helper functions word for word, as students who work together do; they are
	// reported, as they should be, and say nothing about the threshold.
	independent := []string{"cam", "deepfool", "least-norm-gd"}
	worst := 0.0
	for _, slug := range independent {
		c, right := exercise(t, slug, Options{})
		if len(right) < 3 {
			t.Fatalf("%s has %d right solutions", slug, len(right))
		}
		for i := range right {
			a := c.Add(right[i].Name, right[i])
			for j := range i {
				p := Compare(c.docs[j], a)
				worst = max(worst, p.Score)
				t.Logf("%-45s %-45s %.3f (%d shared)", p.A.ID, p.B.ID, p.Score, p.Shared)
			}
		}
		if pairs := c.Pairs(); len(pairs) > 0 {
			t.Errorf("%s: independent solutions are reported: %s and %s, %.2f", slug, pairs[0].A.ID, pairs[0].B.ID, pairs[0].Score)
		}
	}
	if worst > 0.2 {
		t.Errorf("independent solutions score up to %.2f; doc.go says 0.11 and the threshold is %g", worst, DefaultThreshold)
	}
}

// TestCopiedPart: who copies one function of three into an own solution is found; who hands in only that part, too.
func TestCopiedPart(t *testing.T) {
	c, right := exercise(t, "deepfool", Options{})
	whole := c.Add("whole", right[0])
	src := string(right[0].Source)
	at := strings.Index(src, "\nfunc Multiclass(")
	if at < 0 {
		t.Fatal("the solution has no Multiclass")
	}
	part := c.Add("part", File{"deepfool.go", []byte(src[:at])})
	p := Compare(whole, part)
	if p.Score < 0.95 || p.ShareA > 0.8 {
		t.Errorf("a part of a solution scores %.2f, with %.2f of the whole", p.Score, p.ShareA)
	}
	if len(p.Matches()) == 0 {
		t.Error("nothing is shown")
	}
}

// TestBase: what everybody was given makes nobody similar.
func TestBase(t *testing.T) {
	for _, slug := range slugs(t) {
		root, _ := workspace.Root()
		base, err := BaseOf(filepath.Join(root, "exercises", slug))
		if err != nil {
			t.Fatal(err)
		}
		c := New(Options{MinShared: 1}, base...)
		stub := File{"stub.go", nil}
		for _, f := range base {
			if strings.HasSuffix(f.Name, ".go") && !strings.HasSuffix(f.Name, "_test.go") {
				stub.Source = append(stub.Source, f.Source...)
			}
		}
		a, b := c.Add("a", stub), c.Add("b", stub)
		if a.Tokens() == 0 || a.Fingerprints() != 0 || Compare(a, b).Score != 0 || len(c.Pairs()) != 0 {
			t.Errorf("%s: two untouched stubs: %d tokens, %d fingerprints, score %g", slug, a.Tokens(), a.Fingerprints(), Compare(a, b).Score)
		}
		if without := New(Options{}).Add("a", stub); without.Fingerprints() == 0 {
			t.Errorf("%s: the test shows nothing: the stub has no fingerprints even without base code", slug)
		}
	}
}

func TestGoBlocks(t *testing.T) {
	md := "text\n```go\nfunc F() int { return 1 }\n```\n```sh\nls\n```\n```go\nx := 1\n_ = x\n```\n```go\nnot Go …\n```\n"
	got := GoBlocks("README.md", md)
	if len(got) != 2 || !bytes.Contains(got[0].Source, []byte("func F")) || !bytes.Contains(got[1].Source, []byte("x := 1")) {
		t.Errorf("%q", got)
	}
}

// program writes a random program of n statements.
func program(rng *rand.Rand, n int) File {
	var b strings.Builder
	b.WriteString("package p\nfunc f(a, b []float64) float64 {\n")
	for i := range n {
		switch rng.IntN(5) {
		case 0:
			fmt.Fprintf(&b, "for i%d := range a { a[i%d] += b[%d] * a[i%d] }\n", i, i, i, i)
		case 1:
			fmt.Fprintf(&b, "if a[%d] < b[%d] { return a[%d] / b[0] }\n", i, i, i)
		case 2:
			fmt.Fprintf(&b, "x%d := a[%d] - b[%d] + 2\n_ = x%d\n", i, i, i, i)
		case 3:
			fmt.Fprintf(&b, "a = append(a, b[%d:]...)\n", i)
		case 4:
			fmt.Fprintf(&b, "switch { case len(a) == %d: b[0] = -a[1]; default: b = nil }\n", i)
		}
	}
	b.WriteString("return 0\n}\n")
	return File{"p.go", []byte(b.String())}
}

func TestProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		c := New(Options{K: 1 + rng.IntN(20), Window: 1 + rng.IntN(15), MinShared: 1, Threshold: 0.3})
		a, b := c.Add("a", program(rng, 5+rng.IntN(30))), c.Add("b", program(rng, 5+rng.IntN(30)))
		p, q := Compare(a, b), Compare(b, a)
		if p.Score != q.Score || p.Shared != q.Shared || p.ShareA != q.ShareB {
			t.Fatalf("not symmetric: %+v %+v", p, q)
		}
		if !(p.Score >= 0 && p.Score <= 1) {
			t.Fatalf("score %g", p.Score)
		}
		if s := Compare(a, a); s.Score != 1 || s.Shared != a.Fingerprints() {
			t.Fatalf("self-similarity %g", s.Score)
		}
		if reported := len(c.Pairs()) == 1; reported != (p.Score >= 0.3) {
			t.Fatalf("score %g, reported %v", p.Score, reported)
		}
		// No token is in two matches, and all of them are equal runs.
		for _, d := range []*Document{a, b} {
			for _, m := range (Pair{A: a, B: d}).Matches() {
				if m.Tokens < c.o.K || m.A.First > m.A.Last || m.B.First < 1 {
					t.Fatalf("match %+v", m)
				}
			}
		}
		if m := Compare(a, a).Matches(); len(m) == 0 || m[0].A != m[0].B {
			t.Fatalf("a and a: %+v", m)
		}
	}
}

// TestGuarantee is the theorem of the paper: a common run of K + Window − 1 tokens gives a common fingerprint, and without a
// common run of K tokens there is none.
func TestGuarantee(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	random := func(n int) row {
		r := make(row, n)
		for i := range r {
			r[i] = tok{kind: uint64(rng.IntN(1 << 30)), line: 1}
		}
		return r
	}
	prints := func(r row, k, w int) map[uint64]bool {
		m := map[uint64]bool{}
		winnow(kgrams(r, k), w, func(uint64) bool { return false }, func(_ int, h uint64) { m[h] = true })
		return m
	}
	meet := func(a, b map[uint64]bool) bool {
		for h := range a {
			if b[h] {
				return true
			}
		}
		return false
	}
	for range 2000 {
		k, w := 1+rng.IntN(12), 1+rng.IntN(12)
		common := random(k + w - 1)
		a := slices.Concat(random(rng.IntN(60)), common, random(rng.IntN(60)))
		b := slices.Concat(random(rng.IntN(60)), common, random(rng.IntN(60)))
		if !meet(prints(a, k, w), prints(b, k, w)) {
			t.Fatalf("K = %d, Window = %d: a common run of %d tokens is missed", k, w, len(common))
		}
		less := common[:k-1]
		a, b = slices.Concat(random(40), less, random(40)), slices.Concat(random(40), less, random(40))
		if meet(prints(a, k, w), prints(b, k, w)) {
			t.Fatalf("K = %d: a common run of %d tokens is noticed", k, len(less))
		}
	}
}

// TestDensity: of random hashes 2/(w+1) are kept, the paper says.
func TestDensity(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	hashes := make([]uint64, 200_000)
	for i := range hashes {
		hashes[i] = rng.Uint64()
	}
	for _, w := range []int{1, 4, 10, 50} {
		n := 0
		winnow(hashes, w, func(uint64) bool { return false }, func(int, uint64) { n++ })
		want := 2 / float64(w+1)
		if got := float64(n) / float64(len(hashes)); got < 0.97*want || got > 1.03*want {
			t.Errorf("window %d: density %.4f, want %.4f", w, got, want)
		}
	}
}

// TestHostile: sources that are none, and ones that are meant to harm.
func TestHostile(t *testing.T) {
	c := New(Options{})
	for name, src := range map[string]string{
		"empty": "", "bytes": "\xff\xfe\x00", "text": "this is not Go", "half": "package p\nfunc f() { x := 1\nif x {",
		"deep": "package p\nvar x = " + strings.Repeat("(", 50000) + "1" + strings.Repeat(")", 50000),
		"long": "package p\nvar x = 1" + strings.Repeat(" + 1", 60000),
		"line": "package p\n//line /etc/passwd:1000000000\nfunc f(a []int) int { for i := range a { a[i] += a[0] * 3 }; return len(a) + cap(a) - 7 }",
	} {
		d := c.Add(name, File{name + ".go", []byte(src)})
		if (name == "bytes" || name == "text" || name == "half" || name == "empty") != (d.Err != nil) {
			t.Logf("%s: error %v", name, d.Err)
			if d.Err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		var b bytes.Buffer
		if err := WritePage(&b, Compare(d, d), PageOptions{Exercise: "<script>"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(b.String(), "<script") {
			t.Errorf("%s: the page is not escaped", name)
		}
		for _, m := range Compare(d, d).Matches() {
			if m.A.Last > strings.Count(src, "\n")+1 {
				t.Errorf("%s: a match in line %d", name, m.A.Last)
			}
		}
	}
	if n := c.Add("again", File{"line.go", []byte("package p")}).Fingerprints(); n != 0 {
		t.Errorf("%d fingerprints of nothing", n)
	}
}

// TestPage: both sources are on the page, equal passages are numbered on both sides, and every link leads somewhere.
func TestPage(t *testing.T) {
	c, right := exercise(t, "deepfool", Options{})
	evil := `<b>eve</b>"'`
	p := Compare(c.Add("adam", right[0]), c.Add(evil, disguise(t, File{`"><script>x</script>.go`, right[0].Source}, 7)))
	var b bytes.Buffer
	if err := WritePage(&b, p, PageOptions{Exercise: "DeepFool", Back: "../../summary.html"}); err != nil {
		t.Fatal(err)
	}
	s := b.String()
	for _, bad := range []string{"<b>eve", "<script"} {
		if strings.Contains(s, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, good := range []string{"adam", "&lt;b&gt;eve", "all my own work", "Passage 1", `href="../../summary.html"`} {
		if !strings.Contains(s, good) {
			t.Errorf("the page lacks %q", good)
		}
	}
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(s, -1) {
		if ids[m[1]]++; ids[m[1]] > 1 {
			t.Errorf("the id %s is there twice", m[1])
		}
	}
	links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(s, -1)
	if len(links) < 3 {
		t.Errorf("%d links", len(links))
	}
	for _, m := range links {
		if ids[m[1]] == 0 {
			t.Errorf("a link leads to #%s, which is not there", m[1])
		}
	}
}

func Example() {
	first := `package p

func Norm(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x * x // the square
	}
	return math.Sqrt(s)
}`
	second := `package p

// Laenge was written by somebody else, of course.
func Laenge(vektor []float64) float64 {
	var summe = 0.5
	for _, e := range vektor { summe += (e * e) }
	return math.Sqrt(summe)
}`
	c := New(Options{K: 8, Window: 4})
	p := Compare(c.Add("anna", File{"a.go", []byte(first)}), c.Add("ben", File{"b.go", []byte(second)}))
	fmt.Printf("%.2f\n", p.Score)
	for _, m := range p.Matches() {
		fmt.Printf("lines %d–%d are lines %d–%d\n", m.A.First, m.A.Last, m.B.First, m.B.Last)
	}
	// Output:
	// 1.00
	// lines 3–9 are lines 4–8
}

// BenchmarkClass compares 100 submissions of the size of the course's exercises, parsing included.
func BenchmarkClass(b *testing.B) {
	_, right := exercise(b, "deepfool", Options{})
	rng := rand.New(rand.NewPCG(7, 8))
	var all []File
	for i := range 100 {
		f := program(rng, 60)
		if i%5 == 0 {
			f = right[i%len(right)]
		}
		all = append(all, f)
	}
	for b.Loop() {
		c := New(Options{})
		for i, f := range all {
			c.Add(fmt.Sprint(i), f)
		}
		if len(c.Pairs()) == 0 {
			b.Fatal("no pairs")
		}
	}
}
