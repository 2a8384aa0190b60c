package explain

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
)

// Sanity is the course of a model-randomisation check.
type Sanity struct {
	Method   string
	Layers   []string  // "" for the trained net, then what was made random, one after the other
	Maps     []*Maps   // the maps after each step; Maps[0] are those of the trained net
	Likeness []float64 // mean over the images of the rank correlation with Maps[0]; Likeness[0] is 1
}

// Passes tells whether the maps of the net whose last layer on the list is random, too, are unlike those of the trained
// net: mean rank correlation between −bound and bound. There is no bound that theory gives; ½ is mild.
func (s *Sanity) Passes(bound float64) bool {
	return math.Abs(s.Likeness[len(s.Likeness)-1]) < bound
}

// SanityCheck is the cascading model-randomisation test of Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim 2018 ("Sanity checks
// for saliency maps", section 3): the layers are made random one after the other, from the logits to the pixels, and after each
// the maps are compared with those of the trained net by RankCorrelation. A method whose maps stay alike does not explain
// the net, however well they look. class is as in Explainer, with Predicted the class that the trained net predicts.
//
// A layer is a scope of the model's variables, "/logits" for example; give all of them, the logits' first. Random means: the
// values of each trainable variable are put in a random order, so they are as large as before. The model itself stays as
// it is; the check works on a copy. A constant map, as Grad-CAM's where nothing is positive, is taken as unlike (correlation 0).
//
// The error is that of e, or names a layer that has no trainable variables. Variables exist from a model's first execution on.
func SanityCheck(ctx context.Context, e Explainer, m *nets.Model, d *datasets.Images, class []int32, layers []string, rng *rand.Rand) (*Sanity, error) {
	class = slices.Clone(class)
	if class == nil {
		class = slices.Repeat([]int32{Predicted}, d.N)
	}
	if slices.Contains(class, Predicted) {
		labels, _, err := m.Predict(ctx, d.Pix)
		if err != nil {
			return nil, err
		}
		for i, c := range class {
			if c == Predicted {
				class[i] = labels[i]
			}
		}
	}
	store, err := m.Store.Clone()
	if err != nil {
		return nil, fmt.Errorf("explain: SanityCheck: %w", err)
	}
	random := &nets.Model{Backend: m.Backend, Store: store, Logits: m.Logits, Input: m.Input, Classes: m.Classes}
	s := &Sanity{Layers: append([]string{""}, layers...)}
	for step, layer := range s.Layers {
		if step > 0 {
			if err := shuffle(store, layer, rng); err != nil {
				return nil, err
			}
		}
		maps, err := e.Explain(ctx, random, d, class)
		if err != nil {
			return nil, err
		}
		s.Method, s.Maps = maps.Name, append(s.Maps, maps)
		mean := 0.0
		for i := range maps.N {
			r, err := RankCorrelation(s.Maps[0].Map(i), maps.Map(i))
			if err != nil {
				return nil, err
			}
			if !math.IsNaN(r) {
				mean += r / float64(maps.N)
			}
		}
		s.Likeness = append(s.Likeness, mean)
	}
	return s, nil
}

// shuffle puts the values of every trainable variable of a layer in a random order.
func shuffle(store *model.Store, layer string, rng *rand.Rand) error {
	found, names := false, []string(nil)
	var paths []string
	for v := range store.IterVariables() {
		if !v.Trainable {
			continue
		}
		names = append(names, v.Path())
		if v.HasValue() && strings.HasPrefix(v.Path(), strings.TrimSuffix(layer, "/")+"/") {
			found, paths = true, append(paths, v.Path())
		}
	}
	if !found {
		return fmt.Errorf("explain: SanityCheck: layer %q has no trainable variables; there are %q", layer, names)
	}
	slices.Sort(paths) // the store's order is not fixed, and rng's numbers go by it
	for _, path := range paths {
		v := store.GetVariable(path)
		t, err := v.Value()
		if err != nil {
			return fmt.Errorf("explain: SanityCheck: %q: %w", path, err)
		}
		values, err := tensors.CopyFlatData[float32](t)
		if err != nil {
			return fmt.Errorf("explain: SanityCheck: %q: %w", path, err)
		}
		rng.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...)); err != nil {
			return fmt.Errorf("explain: SanityCheck: %q: %w", path, err)
		}
	}
	return nil
}

// RankCorrelation is Spearman's ρ of two maps of one shape: the correlation of the ranks of their values, ties given
// their mean rank. Order alone counts, so scaling and normalising do not matter. It is NaN where a map is constant.
//
// It panics where the maps differ in shape, and errs where a value is not finite.
func RankCorrelation(a, b [][]float64) (float64, error) {
	h, w, err := mapSize("RankCorrelation", a)
	if err != nil {
		return 0, err
	}
	h2, w2, err := mapSize("RankCorrelation", b)
	if err != nil {
		return 0, err
	}
	if h != h2 || w != w2 {
		panic(fmt.Sprintf("explain: RankCorrelation of %d×%d and %d×%d", h, w, h2, w2))
	}
	ra, rb := ranks(slices.Concat(a...)), ranks(slices.Concat(b...))
	mean := (float64(h*w) - 1) / 2 // of ranks 0, 1, …, n−1, ties or not
	var ab, aa, bb float64
	for i := range ra {
		p, q := ra[i]-mean, rb[i]-mean
		ab, aa, bb = ab+p*q, aa+p*p, bb+q*q
	}
	return ab / math.Sqrt(aa*bb), nil
}

// ranks gives each value its place in the order, from 0; equal values share the mean of their places.
func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case v[i] < v[j]:
			return -1
		case v[i] > v[j]:
			return 1
		}
		return i - j
	})
	r := make([]float64, len(v))
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && v[order[hi]] == v[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			r[i] = float64(lo+hi-1) / 2
		}
		lo = hi
	}
	return r
}
