package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"testing"
)

func TestDynamics(t *testing.T) {
	for name, want := range map[string][2]int{"burgers": {101, 256}, "kdv": {201, 512}, "kuramoto_sivishinky": {251, 1024}} {
		f, err := Dynamics(name)
		if errors.Is(err, ErrAbsent) {
			t.Skip("the dynamics are not here: ", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(f.U) != want[0] || len(f.U[0]) != want[1] || len(f.T) != want[0] || len(f.X) != want[1] {
			t.Errorf("%s: %d × %d, want %v", name, len(f.U), len(f.U[0]), want)
		}
		// The equations keep ∫u dx: a wrong order of the axes would not.
		sum := func(row []float64) (s float64) {
			for _, v := range row {
				s += v * (f.X[1] - f.X[0])
			}
			return s
		}
		if a, b := sum(f.U[0]), sum(f.U[len(f.U)-1]); math.Abs(a-b) > 1e-2 {
			t.Errorf("%s: ∫u dx goes from %v to %v", name, a, b)
		}
	}
	// u(x, 0) of the Burgers data is exp(−(x + 2)²).
	f, err := Dynamics("burgers")
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range f.X {
		if want := math.Exp(-(x + 2) * (x + 2)); math.Abs(f.U[0][i]-want) > 1e-8 {
			t.Fatalf("u(%v, 0) = %v, want %v", x, f.U[0][i], want)
		}
	}
}

func TestLynxHare(t *testing.T) {
	years, lynx, hare, err := LynxHare()
	if errors.Is(err, ErrAbsent) {
		t.Skip("the pelts are not here: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(years) != 21 || years[20] != 1920 || lynx[4] != 59.4 || hare[3] != 77.4 {
		t.Errorf("%v %v %v", years, lynx, hare)
	}
}

// written makes an NPY file.
func written(header string, values ...float64) []byte {
	raw := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), 0)
	raw = append(raw, header...)
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
	}
	return raw
}

func TestNPY(t *testing.T) {
	const h = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n"
	v, shape, err := npy(written(h, 1, 2, 3, 4, 5, -6))
	if err != nil || fmt.Sprint(v, shape) != "[1 2 3 4 5 -6] [2 3]" {
		t.Errorf("%v %v %v", v, shape, err)
	}
	for what, raw := range map[string][]byte{
		"nothing":       nil,
		"another magic": append([]byte{0}, written(h, 1, 2, 3, 4, 5, 6)[1:]...),
		"too short":     written(h, 1, 2, 3, 4, 5),
		"too long":      written(h, 1, 2, 3, 4, 5, 6, 7),
		"cut header":    written(h)[:20],
		"NaN":           written(h, 1, 2, 3, 4, 5, math.NaN()),
		"float32":       written("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 1),
		"fortran":       written("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }", 1),
		"no shape":      written("{'descr': '<f8', 'fortran_order': False }", 1),
		"huge shape":    written("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 1),
		"negative":      written("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,-1), }", 1),
	} {
		if _, _, err := npy(raw); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
