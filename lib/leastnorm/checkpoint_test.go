package leastnorm_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nncourse/lib/leastnorm"
)

// A run that is cancelled, resumed, cancelled again and resumed is, to the bit, the run that never stopped: in Go at
// any step, on XLA at records.
func TestResume(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 40))
	a, b, x0 := mat.NewDense(3, 7, gaussian(rng, 21)), gaussian(rng, 3), gaussian(rng, 7)
	type run func(context.Context, leastnorm.GradientDescent) (*leastnorm.Trajectory, error)
	xla := loop(t)
	for name, r := range map[string]run{
		"go": func(ctx context.Context, d leastnorm.GradientDescent) (*leastnorm.Trajectory, error) {
			return d.Run(ctx, a, b, x0)
		},
		"xla": func(ctx context.Context, d leastnorm.GradientDescent) (*leastnorm.Trajectory, error) {
			return xla.Run(ctx, d, a, b, x0)
		},
	} {
		for _, every := range []int{1, 7} {
			whole := leastnorm.GradientDescent{Step: 0.01, Iterations: 100, Every: every, Keep: true, Target: x0}
			want, err := r(background, whole)
			if err != nil {
				t.Fatal(err)
			}
			d := whole
			d.Checkpoint = filepath.Join(t.TempDir(), "run")
			for _, until := range []int{14, 56} {
				ctx, cancel := context.WithCancelCause(background)
				because := errors.New("enough")
				d.Progress = func(k int, _ float64) {
					if k >= until {
						cancel(because)
					}
				}
				tr, err := r(ctx, d)
				if !errors.Is(err, because) || tr.K[len(tr.K)-1] != until {
					t.Fatalf("%s, every %d: cancelled at %d: %v, records at %v", name, every, until, err, tr.K)
				}
			}
			d.Progress = nil
			got, err := r(background, d)
			if err != nil {
				t.Fatal(err)
			}
			if got.Resumed < 56 || got.Resumed > 57 {
				t.Errorf("%s, every %d: resumed at %d", name, every, got.Resumed)
			}
			got.Resumed = 0
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, every %d: resumed: %+v,\nat once: %+v", name, every, got, want)
			}
			// finished: read, not run; and more steps go on from the last
			got, err = r(background, d)
			if err != nil || got.Resumed != 100 || !reflect.DeepEqual(got.X, want.X) || !reflect.DeepEqual(got.K, want.K) {
				t.Errorf("%s, every %d: a finished run: %v, resumed at %d, records at %v", name, every, err, got.Resumed, got.K)
			}
			d.Iterations, whole.Iterations = 140, 140
			want, err = r(background, whole)
			if err != nil {
				t.Fatal(err)
			}
			if got, err = r(background, d); err != nil || !reflect.DeepEqual(got.Points, want.Points) || !reflect.DeepEqual(got.K, want.K) {
				t.Errorf("%s, every %d: 40 steps more: %v, records at %v", name, every, err, got.K)
			}
			if files, _ := os.ReadDir(filepath.Dir(d.Checkpoint)); len(files) != 1 {
				t.Errorf("%s: %d files, want the checkpoint alone", name, len(files))
			}
		}
	}
}

// A checkpoint of another problem, step, precision or record is refused, as is a file that is none; nothing is overwritten.
func TestCheckpointRefuses(t *testing.T) {
	a, b, x0 := mat.NewDense(1, 2, []float64{3, 4}), []float64{10}, []float64{1, 1}
	d := leastnorm.GradientDescent{Step: 0.01, Iterations: 20, Checkpoint: filepath.Join(t.TempDir(), "run")}
	if _, err := d.Run(background, a, b, x0); err != nil {
		t.Fatal(err)
	}
	refused := func(what, text string, d leastnorm.GradientDescent, a *mat.Dense, b, x0 []float64) {
		t.Helper()
		before, _ := os.ReadFile(d.Checkpoint)
		_, err := d.Run(background, a, b, x0)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: error %v, want one with %q", what, err, text)
		}
		if after, _ := os.ReadFile(d.Checkpoint); string(after) != string(before) {
			t.Errorf("%s: the file was changed", what)
		}
	}
	refused("another A", "another problem", d, mat.NewDense(1, 2, []float64{3, 5}), b, x0)
	refused("another b", "another problem", d, a, []float64{11}, x0)
	refused("another start", "another problem", d, a, b, []float64{1, 2})
	other := d
	other.Step = 0.02
	refused("another step", "another problem", other, a, b, x0)
	other = d
	other.Every = 2
	refused("other records", "another problem", other, a, b, x0)
	other = d
	other.Target = x0
	refused("a target", "another problem", other, a, b, x0)
	other = d
	other.Iterations = 19
	refused("fewer steps", "20 steps, more than the 19", other, a, b, x0)
	if _, err := loop(t).Run(background, d, a, b, x0); err == nil || !strings.Contains(err.Error(), "another problem") {
		t.Errorf("float32 from a float64 checkpoint: %v", err)
	}
	if err := os.WriteFile(d.Checkpoint, []byte("no gob"), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("no checkpoint", "is no checkpoint", d, a, b, x0)
	d.Checkpoint = filepath.Join(t.TempDir(), "absent", "run")
	if _, err := d.Run(background, a, b, x0); err == nil || !strings.Contains(err.Error(), "checkpoint") {
		t.Errorf("a folder that is absent: %v", err)
	}
}
