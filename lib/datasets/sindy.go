package datasets

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"

	"nncourse/data"
)

// Field is a function u(x, t) on a grid: what a partial differential equation is read from.
type Field struct {
	Name      string
	Source    string // one honest line: where it came from
	Generated bool
	X         []float64   // [n] places, equally far apart
	T         []float64   // [m] times, equally far apart
	U         [][]float64 // [m][n]: one row a time
}

// Dynamics returns one of the fields that PySINDy hands out, folder sindy: "burgers" (101 times, 256 places, the equation
// ∂t u = −u ∂x u + 0.1 ∂xx u), "kdv" (201 × 512, two solitons of ∂t u = −6u ∂x u − ∂xxx u) or "kuramoto_sivishinky"
// (251 × 1024, ∂t u = −u ∂x u − ∂xx u − ∂xxxx u; the folder's spelling). The error is ErrAbsent where the files are nowhere and a
// *FileError where one is not what it should be.
func Dynamics(name string) (*Field, error) {
	var arrays [3][]float64
	var shapes [3][]int
	for i, part := range []string{"x", "t", "usol"} {
		raw, path, err := sindyFile(name + "/" + part + ".npy")
		if err != nil {
			return nil, err
		}
		if arrays[i], shapes[i], err = npy(raw); err != nil {
			return nil, fault(path, -1, err.Error(), err)
		}
	}
	f := &Field{Name: name, X: arrays[0], T: arrays[1], Source: name + ", shared by PySINDy"}
	n, m, u := len(f.X), len(f.T), arrays[2]
	if len(shapes[2]) != 2 || shapes[2][0] != n || shapes[2][1] != m {
		return nil, fmt.Errorf("datasets: %s: u has the shape %v, want [%d %d]", name, shapes[2], n, m)
	}
	for j := range m { // the file has a row a place
		row := make([]float64, n)
		for i := range row {
			row[i] = u[i*m+j]
		}
		f.U = append(f.U, row)
	}
	return f, nil
}

// LynxHare returns the pelts of lynx and hare, in thousands, that the Hudson's Bay Company bought each year from 1900 to 1920, folder
// sindy. The errors are those of Dynamics.
func LynxHare() (years, lynx, hare []float64, err error) {
	raw, path, err := sindyFile("hudson-bay-lynx-hare.csv")
	if err != nil {
		return nil, nil, nil, err
	}
	r := csv.NewReader(strings.NewReader(string(raw)))
	r.Comment, r.TrimLeadingSpace = '#', true
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, nil, nil, fault(path, -1, "not a table", err)
	}
	columns := []*[]float64{&years, &lynx, &hare}
	for i, row := range rows[1:] {
		for j, c := range columns {
			v, err := strconv.ParseFloat(strings.TrimSpace(row[j]), 64)
			if err != nil || len(row) != len(columns) {
				return nil, nil, nil, fault(path, -1, fmt.Sprintf("row %d: %q", i+2, row), err)
			}
			*c = append(*c, v)
		}
	}
	return years, lynx, hare, nil
}

// sindyFile reads a file of the folder sindy and compares it with the manifest.
func sindyFile(name string) (raw []byte, path string, err error) {
	if path, err = find("sindy", "sindy", name); err != nil {
		return nil, "", err
	}
	if raw, err = os.ReadFile(path); err != nil {
		return nil, path, fmt.Errorf("datasets: sindy: %w", err)
	}
	sum := sha256.Sum256(raw)
	if want, ok := data.Lookup("sindy", name); ok && want.SHA256 != hex.EncodeToString(sum[:]) {
		return nil, path, &FileError{File: path, Offset: -1, Problem: "not the published file", Want: "sha256:" + want.SHA256, Got: "sha256:" + hex.EncodeToString(sum[:])}
	}
	return raw, path, nil
}

var npyShape = regexp.MustCompile(`'shape': \(([^)]*)\)`)

// npy reads an array of the NPY format, version 1, of float64, little endian, in C order.
func npy(raw []byte) (values []float64, shape []int, err error) {
	if len(raw) < 10 || string(raw[:6]) != "\x93NUMPY" || raw[6] != 1 {
		return nil, nil, fmt.Errorf("not an NPY file of version 1")
	}
	start := 10 + int(binary.LittleEndian.Uint16(raw[8:]))
	if start > len(raw) {
		return nil, nil, fmt.Errorf("the NPY header ends after %d bytes, want %d", len(raw), start)
	}
	header := string(raw[10:start])
	if !strings.Contains(header, "'<f8'") || !strings.Contains(header, "'fortran_order': False") {
		return nil, nil, fmt.Errorf("NPY header %q: want float64, little endian, C order", header)
	}
	m := npyShape.FindStringSubmatch(header)
	if m == nil {
		return nil, nil, fmt.Errorf("NPY header %q has no shape", header)
	}
	// The product is bounded by what is there before anything is allocated.
	count, room := 1, (len(raw)-start)/8
	for _, s := range strings.Split(strings.TrimSuffix(strings.TrimSpace(m[1]), ","), ",") {
		v, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || v < 1 || v > room/count {
			return nil, nil, fmt.Errorf("NPY shape (%s) does not fit %d bytes of data", m[1], len(raw)-start)
		}
		shape, count = append(shape, v), count*v
	}
	if len(raw)-start != 8*count {
		return nil, nil, fmt.Errorf("NPY shape %v wants %d bytes of data, there are %d", shape, 8*count, len(raw)-start)
	}
	for i := range count {
		v := math.Float64frombits(binary.LittleEndian.Uint64(raw[start+8*i:]))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, nil, fmt.Errorf("NPY value %d is %v", i, v)
		}
		values = append(values, v)
	}
	return values, shape, nil
}
