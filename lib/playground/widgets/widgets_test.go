package widgets

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestSoftmax(t *testing.T) {
	// By hand: two scores ln 3 and 0 at temperature 1 are 3/4 and 1/4.
	a, err := Softmax(SoftmaxSettings{Scores: []float64{math.Log(3), 0}, Temperature: 1})
	if err != nil || math.Abs(a.P[0]-0.75) > 1e-12 || math.Abs(a.P[1]-0.25) > 1e-12 || math.Abs(a.Entropy-(math.Log(4)-0.75*math.Log(3))) > 1e-12 {
		t.Fatalf("%+v, %v", a, err)
	}
	if !strings.Contains(a.Words, "a 75.0 %, b 25.0 %") {
		t.Error(a.Words)
	}
	// Hotter is evener: the entropy grows with the temperature, to ln 4.
	last := -1.0
	for _, temperature := range []float64{0.01, 0.1, 1, 10, 1000} {
		a, err := Softmax(SoftmaxSettings{Scores: []float64{1, 2, 0, -1}, Temperature: temperature})
		if err != nil || a.Entropy <= last {
			t.Errorf("T = %g: entropy %g after %g, %v", temperature, a.Entropy, last, err)
		}
		last = a.Entropy
	}
	if math.Abs(last-math.Log(4)) > 1e-5 {
		t.Errorf("hot: %g", last)
	}
}

func TestKernel(t *testing.T) {
	for _, p := range []string{"shapes", "stripes", "noise"} {
		// The middle alone is the picture itself.
		a, err := Kernel(KernelSettings{p, []float64{0, 0, 0, 0, 1, 0, 0, 0, 0}})
		if err != nil || len(a.Out) != Side*Side {
			t.Fatal(len(a.Out), err)
		}
		for i := range a.In {
			if a.In[i] != a.Out[i] || a.In[i] < 0 || a.In[i] > 1 {
				t.Fatalf("%s, pixel %d: %g → %g", p, i, a.In[i], a.Out[i])
			}
		}
		// A 1 to the right of the middle takes the right neighbour: correlation, not convolution.
		a, err = Kernel(KernelSettings{p, []float64{0, 0, 0, 0, 0, 1, 0, 0, 0}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range Side {
			for j := range Side - 1 {
				if a.Out[i*Side+j] != a.In[i*Side+j+1] {
					t.Fatalf("%s: the shift goes elsewhere", p)
				}
			}
			if a.Out[i*Side+Side-1] != 0 {
				t.Fatal("beyond the rim lies something")
			}
		}
	}
	a, err := Kernel(KernelSettings{"shapes", []float64{0, 1, 0, 1, -4, 1, 0, 1, 0}})
	if err != nil || a.Low >= 0 || a.High <= 0 || !strings.Contains(a.Words, "becomes 0") {
		t.Errorf("Laplace: %g … %g, %q, %v", a.Low, a.High, a.Words, err)
	}
}

func TestDescent(t *testing.T) {
	s := DescentSettings{Method: "gd", Condition: 10, Rate: 0.5, Steps: 3}
	a, err := Descent(s)
	if err != nil || len(a.X) != 4 {
		t.Fatalf("%+v, %v", a, err)
	}
	// η = ½·2/10: x shrinks by 0.9 a step, y by 0.
	for k, x := range a.X {
		want := []float64{-2 * math.Pow(0.9, float64(k)), 0}
		if k == 0 {
			want[1] = 1
		}
		if math.Abs(x[0]-want[0]) > 1e-12 || math.Abs(x[1]-want[1]) > 1e-12 {
			t.Errorf("step %d: %v, want %v", k, x, want)
		}
	}
	// Below its limit each converges, above it each diverges, and the answer stays finite.
	for _, m := range []string{"gd", "heavyball", "nesterov"} {
		for _, rate := range []float64{0.7, 1.1} {
			a, err := Descent(DescentSettings{Method: m, Condition: 20, Rate: rate, Momentum: 0.6, Steps: 1000})
			if err != nil {
				t.Fatal(err)
			}
			if converged := a.Within >= 0; converged != (rate < 1) {
				t.Errorf("%s at %g of its limit: within from step %d", m, rate, a.Within)
			}
			if _, err := json.Marshal(a); err != nil {
				t.Errorf("%s: %v", m, err)
			}
		}
	}
	// The best heavy ball is sooner there than the best descent without momentum.
	best := map[string]int{}
	for _, m := range []string{"gd", "heavyball"} {
		a, err := Descent(DescentSettings{Method: m, Condition: 100, Rate: 0.5, Momentum: 0.5, Steps: 1})
		if err != nil {
			t.Fatal(err)
		}
		s := DescentSettings{Method: m, Condition: 100, Momentum: a.BestMomentum, Rate: 0.5, Steps: 1000}
		if b, err := Descent(s); err != nil {
			t.Fatal(err)
		} else {
			s.Rate = a.BestEta / b.Limit
		}
		b, err := Descent(s)
		if err != nil || math.Abs(b.Eta-a.BestEta) > 1e-12 {
			t.Fatal(b.Eta, a.BestEta, err)
		}
		best[m] = b.Within
	}
	if best["heavyball"] < 1 || best["gd"] < 3*best["heavyball"] {
		t.Errorf("steps to a thousandth: %v", best)
	}
}

func TestNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for range 50 {
		s := NearestSettings{360 * rng.Float64(), 2*rng.Float64() - 1, 4*rng.Float64() - 2, 4*rng.Float64() - 2}
		a, err := Nearest(s)
		if err != nil {
			t.Fatal(err)
		}
		// By the formula of the lesson: |f|/‖w‖ along −f w/‖w‖², and ‖w‖ is 1.
		f := a.W[0]*s.X + a.W[1]*s.Y + s.Offset
		if math.Abs(a.Distance-math.Abs(f)) > 1e-9 || math.Abs(a.To[0]-(s.X-f*a.W[0])) > 1e-9 || math.Abs(a.To[1]-(s.Y-f*a.W[1])) > 1e-9 {
			t.Errorf("%+v: f = %g, %+v", s, f, a)
		}
		if f > 0 != (a.Class == 1) || math.Abs(a.Lambda+math.Abs(f)) > 1e-9 {
			t.Errorf("%+v: class %d, λ %g, f %g", s, a.Class, a.Lambda, f)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for name, settings := range map[string]string{
		"cats": "{}", "softmax": `{"Scores":[1],"Temperature":1}`, "kernel": `{"Picture":"cats","Kernel":[0,0,0,0,0,0,0,0,0]}`,
		"descent": `{"Method":"gd","Condition":0}`, "nearest": `[`,
	} {
		if a, err := Run(name, []byte(settings)); err == nil {
			t.Errorf("%s %s: %s", name, settings, a)
		}
	}
	for _, name := range Names {
		if _, err := Run(name, []byte(`{"Scores":[1,2],"Temperature":1,"Picture":"noise","Kernel":[0,0,0,0,1,0,0,0,0],"Method":"nesterov","Condition":4,"Rate":0.5,"Momentum":0.5,"Steps":9,"X":1}`)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
