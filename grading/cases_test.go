package grading

import (
	"math"
	"strings"
	"testing"
)

// fixed answers every call with the same value, or with an error.
type fixed struct {
	value any
	err   string
}

func (f fixed) call(string, []any, func(int, []any) ([]any, error)) (*reply, error) {
	return &reply{values: []any{f.value}, err: f.err, hasErr: f.err != ""}, nil
}

func TestCases(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		answer fixed
		want   any
		says   string // "" if the case passes
	}{
		"a number":       {fixed{value: 2 + 1e-12}, 2.0, ""},
		"another number": {fixed{value: 2.1}, 2.0, "off by 0.1"},
		"NaN":            {fixed{value: nan}, 2.0, "off by NaN"},
		"a vector":       {fixed{value: []float64{1, 2e6 + 1e-4}}, []float64{1, 2e6}, ""},
		"a short vector": {fixed{value: []float64{1}}, []float64{1, 2}, "row 0 has 1 numbers, want 2"},
		"ints":           {fixed{value: []int{3, 1}}, []int{3, 0}, "off by 1"},
		"a matrix":       {fixed{value: [][]float64{{1}, {2}}}, [][]float64{{1}, {2}}, ""},
		"too few rows":   {fixed{value: [][]float64{{1}}}, [][]float64{{1}, {2}}, "1 rows, want 2"},
		"another type":   {fixed{value: "2"}, 2.0, "not of its type"},
		"an error":       {fixed{value: 2.0, err: "no"}, 2.0, "an error where a result exists"},
	} {
		check := &Check{ID: "x", Points: 1, Run: func(t *T) {
			t.Cases(Case{Name: name, Func: "F", Args: []any{1.0}, Want: c.want, Tol: 1e-9})
		}}
		res, err := runCheck(&Exercise{Slug: "x"}, check, c.answer, [32]byte{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.says == "" {
			if res.Verdict != Pass {
				t.Errorf("%s: %+v", name, res)
			}
			continue
		}
		if res.Verdict == Pass || len(res.Failures) != 1 || !strings.Contains(res.Failures[0].Error, c.says) {
			t.Errorf("%s: %+v, want a failure that says %q", name, res, c.says)
		}
	}
}
