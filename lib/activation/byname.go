package activation

import (
	"fmt"
	"strconv"
	"strings"
)

// All are the functions without a parameter, and the others with the usual one, in the order of a lecture.
var All = []Func{Identity, Step, Sign, Sigmoid, Tanh, ReLU, LeakyReLU(0.01), ELU(1), Softplus}

// ByName returns the function of that name: "identity", "step", "sign", "sigmoid", "tanh", "relu", "softplus",
// and with a parameter, which may be left out, "leaky-relu(0.01)" and "elu(1)". ByName(f.Name) is f again.
// An unknown name and a parameter that is no finite number are errors; "noisy-relu" too, as it needs an rng.
func ByName(name string) (Func, error) {
	base, arg, has := strings.Cut(name, "(")
	if base == "noisy-relu" {
		return Func{}, fmt.Errorf("activation: %q needs a random source: use NoisyReLU(sigma, rng)", name)
	}
	make, ok := map[string]func(float64) Func{"leaky-relu": LeakyReLU, "elu": ELU}[base]
	if has && ok {
		num, closed := strings.CutSuffix(arg, ")")
		v, err := strconv.ParseFloat(num, 64)
		if !closed || err != nil || v-v != 0 {
			return Func{}, fmt.Errorf("activation: %q: need a finite number in brackets, as in \"%s(0.1)\"", name, base)
		}
		return make(v), nil
	}
	var names []string
	for _, f := range All {
		plain, _, _ := strings.Cut(f.Name, "(")
		if plain == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Func{}, fmt.Errorf("activation: no function %q; there are %s", name, strings.Join(names, ", "))
}
