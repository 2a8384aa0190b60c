package playground

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Limits of a State. They keep a picture readable and an epoch short.
const (
	MaxPoints = 500 // generated, and drawn by hand, each
	MaxLayers = 6   // hidden layers
	MaxWidth  = 8   // neurons of a hidden layer
)

// State is everything that decides a session. It fits in a link: see Link and Parse.
type State struct {
	Data  string  // one of Datasets; "none" for points drawn by hand alone
	N     int     // number of generated points, 2 … MaxPoints
	Noise float64 // standard deviation of the noise on each coordinate, 0 … 1
	Train float64 // share of the points that trains, 0.1 … 0.9; the others test
	Own   []Point // points drawn by hand

	Inputs     []string // names out of Features, at least one, in their order
	Hidden     []int    // widths of the hidden layers, none … MaxLayers of 1 … MaxWidth
	Activation string   // one of Activations, of the hidden layers

	Rate  float64 // learning rate, over 0, at most 10
	Batch int     // mini-batch size, 1 … 100
	L1    float64 // weight of ‖W‖₁, 0 … 1; biases are free
	L2    float64 // weight of ½‖W‖₂², 0 … 1
	Seed  uint64  // of the points, the initial weights and the order of the batches

	Epoch   int       // how often all training points were seen
	Weights []float64 // parameters at that epoch, as mlp's Params gives them; nil means those of the seed
}

// Point is a point of the plane with its class, 0 or 1.
type Point struct {
	X, Y  float64
	Class int
}

// Default is the state that a newcomer sees: two circles, x and y, two hidden layers of four and two tanh neurons.
func Default() State {
	return State{Data: "circles", N: 200, Noise: 0.1, Train: 0.5, Inputs: []string{"x", "y"}, Hidden: []int{4, 2},
		Activation: "tanh", Rate: 0.1, Batch: 10, Seed: 1}
}

// Datasets, Activations and Features name what a State may ask for.
var (
	Datasets    = []string{"circles", "xor", "blobs", "spirals", "moons", "none"}
	Activations = []string{"relu", "tanh", "sigmoid", "linear"}
	Features    = []string{"x", "y", "xx", "yy", "xy", "sinx", "siny"}
)

// Validate says what is wrong with a state, and what would be right.
func (s *State) Validate() error {
	in := func(name string, x, lo, hi float64) error {
		if !(x >= lo && x <= hi) {
			return fmt.Errorf("%s = %v is not in %v … %v", name, x, lo, hi)
		}
		return nil
	}
	oneOf := func(name, x string, list []string) error {
		if !slices.Contains(list, x) {
			return fmt.Errorf("%s = %q is none of %s", name, x, strings.Join(list, ", "))
		}
		return nil
	}
	errs := []error{
		oneOf("data", s.Data, Datasets), in("n", float64(s.N), 2, MaxPoints), in("noise", s.Noise, 0, 1), in("train", s.Train, 0.1, 0.9),
		in("number of own points", float64(len(s.Own)), 0, MaxPoints),
		oneOf("act", s.Activation, Activations), in("number of hidden layers", float64(len(s.Hidden)), 0, MaxLayers),
		in("rate", s.Rate, 1e-6, 10), in("batch", float64(s.Batch), 1, 100), in("l1", s.L1, 0, 1), in("l2", s.L2, 0, 1),
		in("epoch", float64(s.Epoch), 0, 1e9), in("number of features", float64(len(s.Inputs)), 1, float64(len(Features))),
	}
	last := -1
	for _, f := range s.Inputs {
		errs = append(errs, oneOf("feature", f, Features))
		if i := slices.Index(Features, f); i <= last {
			errs = append(errs, fmt.Errorf("features %v: each once, in the order %v", s.Inputs, Features))
		} else {
			last = i
		}
	}
	for _, w := range s.Hidden {
		errs = append(errs, in("width of a hidden layer", float64(w), 1, MaxWidth))
	}
	for _, p := range s.Own {
		errs = append(errs, in("own point's x", p.X, -Range, Range), in("own point's y", p.Y, -Range, Range), in("own point's class", float64(p.Class), 0, 1))
	}
	for _, w := range s.Weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			errs = append(errs, fmt.Errorf("a weight is %v", w))
		}
	}
	if n := s.numParams(); s.Weights != nil && len(s.Weights) != n {
		errs = append(errs, fmt.Errorf("%d weights for a network of %d", len(s.Weights), n))
	}
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("playground: %w", err)
		}
	}
	return nil
}

// numParams counts weights and biases.
func (s *State) numParams() int {
	n, in := 0, len(s.Inputs)
	for _, w := range append(slices.Clone(s.Hidden), 1) {
		n, in = n+w*(in+1), w
	}
	return n
}

// Link writes the state as the fragment of a link, without its #: key=value pairs, so that a person can read and change
// it. Numbers keep all their digits: Parse gives the same state back.
func (s *State) Link() string {
	num := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	ints := func(a []int) string {
		var list []string
		for _, x := range a {
			list = append(list, strconv.Itoa(x))
		}
		return strings.Join(list, "-")
	}
	pairs := []string{"data=" + s.Data, "n=" + strconv.Itoa(s.N), "noise=" + num(s.Noise), "train=" + num(s.Train),
		"in=" + strings.Join(s.Inputs, "-"), "net=" + ints(s.Hidden), "act=" + s.Activation, "rate=" + num(s.Rate), "batch=" + strconv.Itoa(s.Batch),
		"l1=" + num(s.L1), "l2=" + num(s.L2), "seed=" + strconv.FormatUint(s.Seed, 10), "epoch=" + strconv.Itoa(s.Epoch)}
	if len(s.Own) > 0 {
		var list []string
		for _, p := range s.Own {
			list = append(list, num(p.X)+"_"+num(p.Y)+"_"+strconv.Itoa(p.Class))
		}
		pairs = append(pairs, "own="+strings.Join(list, "*"))
	}
	if s.Weights != nil {
		b := make([]byte, 0, 8*len(s.Weights))
		for _, w := range s.Weights {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(w))
		}
		pairs = append(pairs, "w="+base64.RawURLEncoding.EncodeToString(b))
	}
	return strings.Join(pairs, "&")
}

// Parse reads a link's fragment, with or without its #. What it does not name has Default's value; what it does not know
// is an error, as are values that Validate refuses.
func Parse(link string) (State, error) {
	s := Default()
	link = strings.TrimPrefix(link, "#")
	if len(link) > 64<<10 {
		return s, fmt.Errorf("playground: a link of %d characters", len(link))
	}
	if link == "" {
		return s, nil
	}
	for pair := range strings.SplitSeq(link, "&") {
		key, value, _ := strings.Cut(pair, "=")
		value, err := url.PathUnescape(value)
		if err == nil {
			err = s.set(key, value)
		}
		if err != nil {
			return s, fmt.Errorf("playground: %q: %w", clip(pair), err)
		}
	}
	return s, s.Validate()
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

func (s *State) set(key, value string) (err error) {
	number := func(x *float64) { *x, err = strconv.ParseFloat(value, 64) }
	integer := func(x *int) { *x, err = strconv.Atoi(value) }
	switch key {
	case "data":
		s.Data = value
	case "n":
		integer(&s.N)
	case "noise":
		number(&s.Noise)
	case "train":
		number(&s.Train)
	case "in":
		s.Inputs = strings.Split(value, "-")
	case "net":
		s.Hidden = nil
		for w := range strings.SplitSeq(value, "-") {
			if value == "" {
				break
			}
			n, e := strconv.Atoi(w)
			if e != nil {
				return e
			}
			s.Hidden = append(s.Hidden, n)
		}
	case "act":
		s.Activation = value
	case "rate":
		number(&s.Rate)
	case "batch":
		integer(&s.Batch)
	case "l1":
		number(&s.L1)
	case "l2":
		number(&s.L2)
	case "seed":
		s.Seed, err = strconv.ParseUint(value, 10, 64)
	case "epoch":
		integer(&s.Epoch)
	case "own":
		s.Own = nil
		for item := range strings.SplitSeq(value, "*") {
			part := strings.Split(item, "_")
			if len(part) != 3 {
				return fmt.Errorf("a point is x_y_class")
			}
			var p Point
			if p.X, err = strconv.ParseFloat(part[0], 64); err != nil {
				return err
			}
			if p.Y, err = strconv.ParseFloat(part[1], 64); err != nil {
				return err
			}
			if p.Class, err = strconv.Atoi(part[2]); err != nil {
				return err
			}
			if s.Own = append(s.Own, p); len(s.Own) > MaxPoints {
				return fmt.Errorf("more than %d points", MaxPoints)
			}
		}
	case "w":
		b, err := base64.RawURLEncoding.DecodeString(value)
		if err != nil || len(b)%8 != 0 || len(b) == 0 {
			return fmt.Errorf("not a list of weights")
		}
		s.Weights = make([]float64, len(b)/8)
		for i := range s.Weights {
			s.Weights[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	default:
		return fmt.Errorf("unknown")
	}
	return err
}
