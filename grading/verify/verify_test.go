package verify_test

import (
	"context"
	"strings"
	"testing"

	"nncourse/grading"
	"nncourse/grading/internal/sample"
	"nncourse/grading/verify"
)

func options() verify.Options {
	return verify.Options{Seeds: 2, Grading: grading.Options{Root: sample.Root(), Tree: sample.Tree()}}
}

func TestSample(t *testing.T) {
	e := sample.Exercise
	table, err := verify.Exercise(context.Background(), &e, options())
	if err != nil {
		t.Fatal(err)
	}
	if !table.OK {
		t.Errorf("\n%s", table)
	}
	count := map[string]int{}
	for _, r := range table.Rows {
		count[r.Kind]++
	}
	if count[verify.Stub] != 1 || count[verify.Solution] != 1 || count[verify.Right] != 2 || count[verify.Wrong] != 7 {
		t.Errorf("variants %v", count)
	}
}

// A grader with a hole must not pass: each change makes the table false, with the row that says so.
func TestHoles(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(e *grading.Exercise)
		want   string
	}{
		{"a check that judges nothing", func(e *grading.Exercise) {
			e.Checks[4].Run = func(t *grading.T) { t.Call("Dot", []float64{1}, []float64{1}) }
		}, "ascends"},
		{"a check that is too strict", func(e *grading.Exercise) {
			e.Checks[2].Run = func(t *grading.T) {
				t.CallOK("Dot", []float64{1}, []float64{1})
				t.Failf("never content")
			}
		}, "solution"},
		{"a diagnosis that is missing", func(e *grading.Exercise) {
			e.Checks[3].Run = func(t *grading.T) {
				t.CallOK("Dot", []float64{1}, []float64{1})
				t.CallErr(grading.Failure{}, "Dot", []float64{1}, []float64{})
			}
		}, "dot-ignores-length"},
		{"a stub that earns", func(e *grading.Exercise) {
			e.Checks[3].Run = func(t *grading.T) {
				t.CallErr(grading.Failure{Mistake: "dot-ignores-length"}, "Dot", []float64{1}, []float64{})
			}
		}, "stub"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := sample.Exercise
			e.Checks = append([]grading.Check(nil), e.Checks...)
			tc.change(&e)
			o := options()
			o.Seeds = 1
			table, err := verify.Exercise(context.Background(), &e, o)
			if err != nil {
				t.Fatal(err)
			}
			if table.OK {
				t.Fatalf("the table holds\n%s", table)
			}
			for _, r := range table.Rows {
				if !r.OK && (r.Variant == tc.want || r.Kind == tc.want) {
					return
				}
			}
			t.Errorf("%s is not to blame\n%s", tc.want, table)
		})
	}
}

func TestTooFew(t *testing.T) {
	e := sample.Exercise
	e.Mistakes = append([]grading.Mistake{{ID: "nobody-makes-it", Cause: "c", Hint: "h"}}, e.Mistakes...)
	o := options()
	o.Seeds = 1
	table, err := verify.Exercise(context.Background(), &e, o)
	if err != nil {
		t.Fatal(err)
	}
	if table.OK || !strings.Contains(strings.Join(table.Problems, " "), "nobody-makes-it") {
		t.Errorf("%v", table.Problems)
	}
}
