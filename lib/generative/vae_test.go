package generative_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nncourse/lib/backend"
	"nncourse/lib/datasets"
	"nncourse/lib/generative"
)

// TestKLStandardNormal integrates q log(q/p) by the trapezium rule.
func TestKLStandardNormal(t *testing.T) {
	for _, c := range [][2]float64{{0, 0}, {1.5, 0}, {0, -2}, {-0.7, 1.2}} {
		mu, s := c[0], math.Exp(c[1]/2)
		sum, h := 0.0, s/1000
		for i := -12000; i <= 12000; i++ {
			z := mu + h*float64(i)
			logQ := -(z-mu)*(z-mu)/(2*s*s) - math.Log(s)
			sum += h * math.Exp(logQ) / math.Sqrt(2*math.Pi) * (logQ + z*z/2)
		}
		if got := generative.KLStandardNormal(c[:1], c[1:]); math.Abs(got-sum) > 1e-9 {
			t.Errorf("KL(N(%v, e^%v)‖N(0, 1)) = %v, by integration %v", mu, c[1], got, sum)
		}
	}
	if got := generative.KLStandardNormal([]float64{0}, []float64{1e-9}); math.Abs(got-0.25e-18) > 1e-24 {
		t.Errorf("near σ = 1: %v", got)
	}
}

func TestReparameterise(t *testing.T) {
	if z := generative.Reparameterise([]float64{1, 2}, []float64{0, math.Log(9)}, []float64{-1, 2}); z[0] != 0 || math.Abs(z[1]-8) > 1e-12 {
		t.Errorf("%v, want 0 and 8", z)
	}
}

// bars are n pictures of 4×4 pixels with one bright row or column each.
func bars(n int) []float32 {
	rng, x := source(10), make([]float32, 16*n)
	for i := range n {
		k, column := rng.IntN(4), rng.IntN(2) == 1
		for j := range 4 {
			if column {
				x[16*i+4*j+k] = 1
			} else {
				x[16*i+4*k+j] = 1
			}
		}
	}
	return x
}

// TestVAE trains a small one. There are 8 pictures, so log p(x) ≤ −log 8 on the average, and the ELBO lies below.
func TestVAE(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	x := bars(512)
	m := generative.Coder{Features: 16, Hidden: []int{32}, Latent: 3, Variational: true}.New(b, 1)
	before, err := m.ELBO(x, 1, source(1))
	if err != nil {
		t.Fatal(err)
	}
	J, err := m.Fit(context.Background(), x, generative.CoderTraining{Epochs: 40, BatchSize: 64, Rate: 0.01, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	after, err := m.ELBO(x, 4, source(1))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(before.ELBO+16*math.Log(2)) > 8 || after.ELBO < -5.5 || after.ELBO > -math.Log(8) || math.Abs(J[39]+after.ELBO) > 1 {
		t.Errorf("the ELBO went from %.2f to %.2f, J ended at %.2f; it starts near −16 log 2 and cannot pass −log 8", before.ELBO, after.ELBO, J[39])
	}

	// The graph's KL is the closed form of what Encode gives; and with one ε for both, so is the likelihood of what Decode gives.
	mean, logVar, err := m.Encode(x)
	if err != nil {
		t.Fatal(err)
	}
	one, err := m.ELBO(x, 1, source(2))
	if err != nil {
		t.Fatal(err)
	}
	wide := func(v []float32) []float64 {
		w := make([]float64, len(v))
		for i := range v {
			w[i] = float64(v[i])
		}
		return w
	}
	eps, rng := make([]float64, len(mean)), source(2)
	for i := range eps {
		eps[i] = rng.NormFloat64()
	}
	z := generative.Reparameterise(wide(mean), wide(logVar), eps)
	narrow := make([]float32, len(z))
	for i := range z {
		narrow[i] = float32(z[i])
	}
	p, err := m.Decode(narrow)
	if err != nil {
		t.Fatal(err)
	}
	miss := 0.0
	for i, p := range p {
		if x[i] == 0 {
			p = 1 - p
		}
		miss -= math.Log(float64(p)) / 512
	}
	if kl := generative.KLStandardNormal(wide(mean), wide(logVar)) / 512; math.Abs(kl-one.KL) > 1e-4*kl || math.Abs(miss-one.Miss) > 1e-2*miss {
		t.Errorf("KL %v and %v, likelihood %v and %v", kl, one.KL, miss, one.Miss)
	}

	// what is saved is what is loaded
	file := filepath.Join(t.TempDir(), "vae.gob")
	if err := m.Save(file); err != nil {
		t.Fatal(err)
	}
	l, err := generative.LoadCoder(b, file)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := l.Decode(narrow); err != nil || !slices.Equal(again, p) {
		t.Errorf("the loaded model decodes otherwise (%v)", err)
	}
	s, err := l.Sample(5, source(3))
	if err != nil || len(s) != 5*16 || slices.Min(s) < 0 || slices.Max(s) > 1 {
		t.Errorf("samples: %d numbers, %v", len(s), err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.Fit(ctx, x, generative.CoderTraining{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestAutoencoder: a bottleneck of two numbers is enough for eight pictures.
func TestAutoencoder(t *testing.T) {
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	x := bars(512)
	m := generative.Coder{Features: 16, Hidden: []int{32}, Latent: 2}.New(b, 1)
	J, err := m.Fit(context.Background(), x, generative.CoderTraining{Epochs: 40, BatchSize: 64, Rate: 0.01, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !(J[39] < 2 && J[0] > 5) {
		t.Errorf("J from %v to %v", J[0], J[39])
	}
	if _, logVar, err := m.Encode(x); err != nil || logVar != nil {
		t.Errorf("an autoencoder has no variance: %v, %v", logVar, err)
	}
}

func TestBinarise(t *testing.T) {
	x := make([]float32, 30000)
	for i := range x {
		x[i] = []float32{0, 0.3, 1}[i%3]
	}
	generative.Binarise(x, source(4))
	var sum [3]float64
	for i, v := range x {
		if v != 0 && v != 1 {
			t.Fatal(v)
		}
		sum[i%3] += float64(v) / 10000
	}
	if sum[0] != 0 || math.Abs(sum[2]-1) > 1e-9 || math.Abs(sum[1]-0.3) > 0.025 { // five standard deviations
		t.Errorf("shares %v", sum)
	}
}

// TestVAEMNIST asserts the bound on the test images after 15 epochs, some two minutes: −100.5 nats, of them 26.8 of KL.
func TestVAEMNIST(t *testing.T) {
	if os.Getenv("COURSE_LONG") == "" {
		t.Skip("set COURSE_LONG=1: it trains for minutes")
	}
	train, err := datasets.MNIST(datasets.Train)
	if errors.Is(err, datasets.ErrAbsent) {
		t.Skip("MNIST is absent: course data fetch mnist")
	}
	if err != nil {
		t.Fatal(err)
	}
	test, err := datasets.MNIST(datasets.Test)
	if err != nil {
		t.Fatal(err)
	}
	b, err := backend.New(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m := generative.Coder{Features: 784, Hidden: []int{400}, Latent: 20, Variational: true}.New(b, 1)
	if _, err := m.Fit(context.Background(), train.Pix, generative.CoderTraining{Epochs: 15, Seed: 1, Binary: true,
		Progress: func(done, total int, note string) { t.Log(done, total, note) }}); err != nil {
		t.Fatal(err)
	}
	x := slices.Clone(test.Pix)
	generative.Binarise(x, source(1))
	bound, err := m.ELBO(x, 1, source(2))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", bound)
	if bound.ELBO < -105 {
		t.Errorf("the test images' ELBO is %.2f nats, want −105 or more", bound.ELBO)
	}
}
