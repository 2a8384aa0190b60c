package grading

import (
	"math"
	"sort"

	"nncourse/grading/wire"
)

// Close tells whether got is want up to tol, absolutely for small numbers and relatively for large ones:
//
//	|got − want| ≤ tol·max(1, |want|)
//
// A NaN is close to nothing, not even to NaN; an infinity only to itself; and a negative or NaN tol admits nothing.
// Every comparison of a student's number goes through here or through a function below, because a comparison the
// other way round (if diff > tol, then fail) lets NaN pass.
func Close(got, want, tol float64) bool {
	if math.IsInf(got, 0) || math.IsInf(want, 0) {
		return got == want && tol >= 0
	}
	return math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))
}

// CloseSlice tells whether two vectors have one length and Close entries.
func CloseSlice(got, want []float64, tol float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if !Close(got[i], want[i], tol) {
			return false
		}
	}
	return true
}

// CloseMatrix tells whether two lists of rows have one shape and Close entries.
func CloseMatrix(got, want [][]float64, tol float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if !CloseSlice(got[i], want[i], tol) {
			return false
		}
	}
	return true
}

// CloseCube tells whether two lists of matrices have one shape and Close entries.
func CloseCube(got, want [][][]float64, tol float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range want {
		if !CloseMatrix(got[i], want[i], tol) {
			return false
		}
	}
	return true
}

// CloseAny compares two values of one wire type; ints, strings and bools must be equal.
func CloseAny(got, want any, tol float64) bool {
	switch w := want.(type) {
	case float64:
		g, ok := got.(float64)
		return ok && Close(g, w, tol)
	case []float64:
		g, ok := got.([]float64)
		return ok && CloseSlice(g, w, tol)
	case [][]float64:
		g, ok := got.([][]float64)
		return ok && CloseMatrix(g, w, tol)
	case [][][]float64:
		g, ok := got.([][][]float64)
		return ok && CloseCube(g, w, tol)
	}
	return wire.Same(got, want)
}

// WorstDiff gives the index of the entry that is farthest off and how far, as |gotᵢ − wantᵢ|/max(1, |wantᵢ|).
// A NaN is farther than anything. It gives −1 and +Inf where the lengths differ, and −1 and 0 for empty vectors.
func WorstDiff(got, want []float64) (index int, diff float64) {
	if len(got) != len(want) {
		return -1, math.Inf(1)
	}
	index = -1
	for i := range want {
		d := math.Abs(got[i]-want[i]) / math.Max(1, math.Abs(want[i]))
		if math.IsInf(want[i], 0) || math.IsInf(got[i], 0) {
			if d = math.Inf(1); got[i] == want[i] {
				d = 0
			}
		}
		if math.IsNaN(d) {
			return i, math.NaN()
		}
		if index < 0 || d > diff {
			index, diff = i, d
		}
	}
	return index, diff
}

// AllFinite tells whether no entry is NaN or infinite.
func AllFinite(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// Mistaken names the known mistake whose value the student's answer equals: would maps mistake IDs to the value that
// the mistake gives for the same input. It is "" if none fits, and also if the mistake's value is (up to tol) the
// right one, want, so that an instance that does not tell them apart accuses nobody. Of several that fit it is the
// one that stands first in the exercise's list.
func (t *T) Mistaken(got, want any, tol float64, would map[string]any) string {
	ids := make([]string, 0, len(would))
	for id := range would {
		if _, ok := t.exercise.mistake(id); !ok {
			panic("grading: " + t.exercise.Slug + ": unknown mistake " + id)
		}
		ids = append(ids, id)
	}
	place := map[string]int{}
	for i, m := range t.exercise.Mistakes {
		place[m.ID] = i
	}
	sort.Slice(ids, func(i, j int) bool { return place[ids[i]] < place[ids[j]] })
	for _, id := range ids {
		if CloseAny(got, would[id], tol) && !CloseAny(would[id], want, tol) {
			return id
		}
	}
	return ""
}
