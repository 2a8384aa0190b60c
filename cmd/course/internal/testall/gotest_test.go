package testall

import (
	"slices"
	"strings"
	"testing"
)

const stream = `
{"Action":"start","Package":"nncourse/lib/a"}
{"Action":"output","Package":"nncourse/lib/a","Test":"TestSkips","Output":"=== RUN   TestSkips\n"}
{"Action":"output","Package":"nncourse/lib/a","Test":"TestSkips","Output":"    a_test.go:9: no plugin here\n"}
{"Action":"skip","Package":"nncourse/lib/a","Test":"TestSkips","Elapsed":0}
{"Action":"output","Package":"nncourse/lib/a","Test":"TestFails/case","Output":"    a_test.go:7: got 1, want 2\n"}
{"Action":"fail","Package":"nncourse/lib/a","Test":"TestFails/case","Elapsed":0}
{"Action":"fail","Package":"nncourse/lib/a","Test":"TestFails","Elapsed":0.1}
{"Action":"output","Package":"nncourse/lib/a","Test":"TestPasses/skipped","Output":"    a_test.go:3: only on Linux\n"}
{"Action":"skip","Package":"nncourse/lib/a","Test":"TestPasses/skipped","Elapsed":0}
{"Action":"pass","Package":"nncourse/lib/a","Test":"TestPasses","Elapsed":0.1}
{"Action":"fail","Package":"nncourse/lib/a","Elapsed":0.3}
{"ImportPath":"nncourse/lib/b [nncourse/lib/b.test]","Action":"build-output","Output":"b.go:1: undefined: x\n"}
{"ImportPath":"nncourse/lib/b [nncourse/lib/b.test]","Action":"build-fail"}
{"Action":"fail","Package":"nncourse/lib/b","Elapsed":0,"FailedBuild":"nncourse/lib/b [nncourse/lib/b.test]"}
{"Action":"output","Package":"nncourse/lib/c","Output":"panic: out of memory\n"}
{"Action":"fail","Package":"nncourse/lib/c","Elapsed":0.1}
this is no JSON
`

func TestParseGoTest(t *testing.T) {
	got, err := parseGoTest(strings.NewReader(stream), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ name, status, says string }{
		{"lib/a TestSkips", Skipped, "no plugin here"},
		{"lib/a TestFails", Failed, "got 1, want 2"},
		{"lib/a TestPasses/skipped", Skipped, "only on Linux"},
		{"lib/a TestPasses", Passed, ""},
		{"lib/b", Failed, "undefined: x"},
		{"lib/c", Failed, "out of memory"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d outcomes %+v, want %d", len(got), got, len(want))
	}
	for i, w := range want {
		if g := got[i]; g.Name != w.name || g.Status != w.status || !strings.Contains(g.Detail, w.says) {
			t.Errorf("outcome %d: got %+v, want %+v", i, g, w)
		}
	}
	skips := Skips(got)
	if !slices.Contains(skips, "1× no plugin here (lib/a TestSkips)") || len(skips) != 2 {
		t.Errorf("Skips = %q", skips)
	}
	failures := Failures(got)
	if want := []string{"go: lib/a TestFails\n    a_test.go:7: got 1, want 2", "go: lib/b\n    b.go:1: undefined: x", "go: lib/c\n    panic: out of memory"}; !slices.Equal(failures, want) {
		t.Errorf("Failures = %q, want %q", failures, want)
	}
	long := []Outcome{{Suite: "notebooks", Name: "a.ipynb", Status: Failed, Detail: strings.Repeat("a line\n", 20) + strings.Repeat("x", 400)}}
	if f := Failures(long); len(f) != 1 || strings.Count(f[0], "\n") != 8 || !strings.HasSuffix(f[0], "xx…") {
		t.Errorf("Failures of long words = %q", f)
	}
}
