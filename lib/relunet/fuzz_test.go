package relunet

import (
	"slices"
	"testing"
)

// FuzzRegions compares with brute force. Each byte is a weight: most are small integers, so that lines coincide, are parallel or meet in one point;
// the others are a unit in the last place off.
func FuzzRegions(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, byte(0))
	f.Add([]byte{1, 1, 1, 2, 2, 2, 129, 1, 1, 7, 200, 3}, byte(1))
	f.Add([]byte{}, byte(2))
	f.Fuzz(func(t *testing.T, weights []byte, shape byte) {
		shapes := [][]int{{2, 4, 1}, {2, 2, 2, 1}, {2, 3, 2, 1}, {2, 2, 2, 2, 1}, {2, 6, 1}}
		next := 0
		n := network(func() float64 {
			if len(weights) == 0 {
				return 0
			}
			b := weights[next%len(weights)]
			next++
			v := float64(int(b&7) - 3)
			if b >= 128 {
				v += float64(int(b>>3&3)-1) * 0x1p-51
			}
			return v
		}, shapes[int(shape)%len(shapes)]...)
		box := boxes[int(shape)/len(shapes)%len(boxes)]
		r, err := Enumerate(ctx, n, box, Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := brute(n, box)
		names := make([]string, len(want))
		for i, w := range want {
			names[i] = w.String()
		}
		slices.Sort(names)
		if got := patterns(r); !slices.Equal(got, names) {
			t.Fatalf("%v in %v: %v, by brute force %v", n, box, got, names)
		}
		pieces, pairs := brutePieces(want, box)
		if _, p := r.Pieces(); p != pieces || len(r.Borders()) != pairs {
			t.Fatalf("%v in %v: %d pieces and %d borders, by brute force %d and %d", n, box, p, len(r.Borders()), pieces, pairs)
		}
	})
}
