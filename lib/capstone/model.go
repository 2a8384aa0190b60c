package capstone

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Model describes a classifier: what is done to a picture [Side, Side, 1], layer after layer. The last layer gives Classes numbers, the
// logits; the answer is the class of the greatest.
type Model struct {
	Layers []Layer `json:"layers"`
}

// Layer is one step, from x [height, width, channels] to y. After a global maximum or mean, or a dense layer, height and width are 1.
//
//	kind         y                                                                       size           out        w                  b
//	conv         y[i,j,o] = b[o] + Σ_{u,v<size,c} w[u,v,c,o]·x[i+u, j+v, c], no padding   of the kernel  channels   [size,size,in,out] [out]
//	dense        y[o] = b[o] + Σ_m w[o,m]·x[m], x read row by row, channels last          –              numbers    [out, in]          [out]
//	relu         max(x, 0)                                                               –              –          –                  –
//	maxpool      the maximum of each window; what does not fill a window is left out      side, stride   –          –                  –
//	globalmax    the maximum over all places, for each channel                            –              –          –                  –
//	globalmean   the mean over all places, for each channel                               –              –          –                  –
//
// Where the table has –, Size and Out are 0 and W and B are empty. Weights are flat, the last index the fastest.
type Layer struct {
	Kind string    `json:"kind"`
	Size int       `json:"size,omitempty"`
	Out  int       `json:"out,omitempty"`
	W    []float64 `json:"w,omitempty"`
	B    []float64 `json:"b,omitempty"`
}

// Load reads a model that was saved as JSON: {"layers": [{"kind": "conv", "size": 5, "out": 8, "w": […], "b": […]}, …]}. Fields it does not know are
// an error. Whether the layers fit is for Compile to say.
func Load(text string) (Model, error) {
	var m Model
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return Model{}, fmt.Errorf("capstone: a saved model: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Model{}, fmt.Errorf("capstone: a saved model: something follows its closing brace")
	}
	return m, nil
}

// Save writes a model as Load reads it. It errs if a weight is not finite.
func (m Model) Save() (string, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("capstone: save: %w", err)
	}
	return string(b), nil
}

// Parameters counts weights and biases.
func (m Model) Parameters() int {
	n := 0
	for _, l := range m.Layers {
		n += len(l.W) + len(l.B)
	}
	return n
}

// A FormError says what is wrong with a description. Kind is "shape" (sizes that do not fit, an unknown kind), "nan" (a weight that is not
// finite) or "size" (more parameters or multiplications than are allowed).
type FormError struct {
	Kind string
	Text string
}

func (e *FormError) Error() string { return "capstone: " + e.Text }

// Compile checks a description and makes it a net for pictures [height, width, 1] with so many logits. The error is a *FormError.
func Compile(m Model, height, width, logits int) (*Net, error) {
	bad := func(kind, format string, args ...any) (*Net, error) {
		return nil, &FormError{kind, fmt.Sprintf(format, args...)}
	}
	if len(m.Layers) == 0 {
		return bad("shape", "the model has no layer")
	}
	if len(m.Layers) > 32 {
		return bad("size", "the model has %d layers, more than 32", len(m.Layers))
	}
	if n := m.Parameters(); n > MaxParameters {
		return bad("size", "the model has %d parameters, more than %d", n, MaxParameters)
	}
	in := size{height, width, 1}
	net := &Net{in: in, parameters: m.Parameters()}
	for i, l := range m.Layers {
		where := fmt.Sprintf("layer %d (%s), whose input is %d×%d×%d", i+1, l.Kind, in.h, in.w, in.c)
		out, weights, biases := in, 0, 0
		switch l.Kind {
		case "conv":
			if l.Size < 1 || l.Size > in.h || l.Size > in.w || l.Out < 1 || l.Out > MaxParameters {
				return bad("shape", "%s: a kernel of side %d and %d outputs", where, l.Size, l.Out)
			}
			out = size{in.h - l.Size + 1, in.w - l.Size + 1, l.Out}
			weights, biases = l.Size*l.Size*in.c*l.Out, l.Out
			net.multiplications += out.h * out.w * weights
		case "dense":
			if l.Size != 0 || l.Out < 1 || l.Out > MaxParameters {
				return bad("shape", "%s: size %d and %d outputs", where, l.Size, l.Out)
			}
			out = size{1, 1, l.Out}
			weights, biases = in.n()*l.Out, l.Out
			net.multiplications += weights
		case "maxpool":
			if l.Size < 1 || l.Size > in.h || l.Size > in.w || l.Out != 0 {
				return bad("shape", "%s: a window of side %d", where, l.Size)
			}
			out = size{in.h / l.Size, in.w / l.Size, in.c}
		case "relu", "globalmax", "globalmean":
			if l.Size != 0 || l.Out != 0 {
				return bad("shape", "%s: size %d and out %d, where both are 0", where, l.Size, l.Out)
			}
			if l.Kind != "relu" {
				out = size{1, 1, in.c}
			}
		default:
			return bad("shape", "layer %d is of the kind %.20q; there are conv, dense, relu, maxpool, globalmax, globalmean", i+1, l.Kind)
		}
		if len(l.W) != weights || len(l.B) != biases {
			return bad("shape", "%s: %d weights and %d biases, want %d and %d", where, len(l.W), len(l.B), weights, biases)
		}
		for _, list := range [][]float64{l.W, l.B} {
			for j, v := range list {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return bad("nan", "%s: parameter %d is %v", where, j, v)
				}
			}
		}
		if net.multiplications > MaxMultiplications {
			return bad("size", "%s: %d multiplications so far, more than %d", where, net.multiplications, MaxMultiplications)
		}
		net.layers = append(net.layers, layer{l, in, out})
		in = out
	}
	if in.n() != logits {
		return bad("shape", "the last layer gives %d×%d×%d numbers, want %d", in.h, in.w, in.c, logits)
	}
	return net, nil
}
