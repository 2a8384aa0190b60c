// Command export writes the course's LeNet and 256 test digits that it has right into DIR/lenet.npz, for the peers of
// `course bench deepfool`, which attack the same digits of the same network, and of `course bench lanczos`, which take the
// first 1024 test digits.
//
// Arrays (NumPy's format): the weights under their names ("conv1/conv/weights" …), float32; x [256, 28, 28, 1]
// float32; y [256] int32; lx [1024, 28, 28, 1], ly [1024].
package main

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"nncourse/lib/backend"
	"nncourse/lib/train"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: export DIR")
	}
	if err := export(context.Background(), filepath.Join(os.Args[1], "lenet.npz")); err != nil {
		log.Fatal("export: ", err)
	}
}

func export(ctx context.Context, path string) error {
	b, err := backend.New(ctx)
	if err != nil {
		return err
	}
	m, test, _, err := train.DigitsLeNet(ctx, b)
	if err != nil {
		return err
	}
	// The digits of BenchmarkDeepFool256: the first 256 that the model has right.
	labels, _, err := m.Predict(ctx, test.Slice(0, 400).Pix)
	if err != nil {
		return err
	}
	var right []int
	for i, y := range labels {
		if y == test.Labels[i] && len(right) < 256 {
			right = append(right, i)
		}
	}
	if len(right) < 256 {
		return fmt.Errorf("the model has %d of the first 400 test digits right, and 256 are needed", len(right))
	}
	digits := test.Subset(right)

	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for v := range m.Store.IterVariables() {
		if !v.Trainable {
			continue
		}
		w, dims, err := m.Weights(v.Path())
		if err != nil {
			return err
		}
		if err := put(z, strings.TrimPrefix(v.Path(), "/"), "<f4", dims, w); err != nil {
			return err
		}
	}
	if err := put(z, "x", "<f4", []int{digits.N, 28, 28, 1}, digits.Pix); err != nil {
		return err
	}
	if err := put(z, "y", "<i4", []int{digits.N}, digits.Labels); err != nil {
		return err
	}
	first := test.Slice(0, 1024) // those of BenchmarkLanczos80
	if err := put(z, "lx", "<f4", []int{first.N, 28, 28, 1}, first.Pix[:first.N*784]); err != nil {
		return err
	}
	if err := put(z, "ly", "<i4", []int{first.N}, first.Labels[:first.N]); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// put adds an array to the archive in NumPy's format 1.0: magic, length of the header, header padded to 64 bytes, data.
func put(z *zip.Writer, name, dtype string, dims []int, data any) error {
	w, err := z.Create(name + ".npy")
	if err != nil {
		return err
	}
	shape := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(dims)), ", "), "[]")
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }", dtype, shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	if _, err := io.WriteString(w, "\x93NUMPY\x01\x00"); err != nil {
		return err
	}
	if err := binary.Write(w, binary.LittleEndian, uint16(len(header))); err != nil {
		return err
	}
	if _, err := io.WriteString(w, header); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, data)
}
