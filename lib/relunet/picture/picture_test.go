package picture

import (
	"bytes"
	"context"
	"image/png"
	"strings"
	"testing"

	"nncourse/lib/plots"
	"nncourse/lib/relunet"
)

const alt = "Four quadrants, each in a colour of its own."

// quadrants has four regions; its output is relu(x), so that they are two linear pieces.
var quadrants = relunet.Net{
	{W: [][]float64{{1, 0}, {0, 1}}, B: []float64{0, 0}},
	{W: [][]float64{{1, 0}}, B: []float64{0}}, // nobody hears the second unit
}

func enumerate(t *testing.T, box relunet.Box, o relunet.Options) *relunet.Regions {
	t.Helper()
	r, err := relunet.Enumerate(context.Background(), quadrants, box, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// colours counts the colours of the four quadrants' middles.
func colours(t *testing.T, f *plots.Figure) int {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(f.PNG))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	b := img.Bounds()
	for _, x := range []float64{0.35, 0.65} {
		for _, y := range []float64{0.35, 0.65} {
			r, g, bl, _ := img.At(int(x*float64(b.Dx())), int(y*float64(b.Dy()))).RGBA()
			seen[string([]byte{byte(r >> 8), byte(g >> 8), byte(bl >> 8)})] = true
		}
	}
	return len(seen)
}

func TestPictures(t *testing.T) {
	r := enumerate(t, relunet.Square(1), relunet.Options{})
	ax := plots.Axes{Title: "quadrants"}
	for _, c := range []struct {
		name string
		draw func() (*plots.Figure, error)
		want int
	}{
		{"ByPattern", func() (*plots.Figure, error) { return ByPattern(alt, ax, r) }, 4},
		{"ByPiece", func() (*plots.Figure, error) { return ByPiece(alt, ax, r) }, 2},
		{"ByActive", func() (*plots.Figure, error) { return ByActive(alt, ax, r) }, 3},
		{"ByValue", func() (*plots.Figure, error) { return ByValue(alt, ax, r, 0) }, 2},
	} {
		f, err := c.draw()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := colours(t, f); got != c.want {
			t.Errorf("%s: %d colours, want %d", c.name, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	if _, err := ByPattern(alt, plots.Axes{}, enumerate(t, relunet.Plane, relunet.Options{})); err == nil || !strings.Contains(err.Error(), "bounded") {
		t.Errorf("the plane: %v", err)
	}
	if _, err := ByPattern(alt, plots.Axes{}, enumerate(t, relunet.Square(1), relunet.Options{CountOnly: true})); err == nil || !strings.Contains(err.Error(), "counted") {
		t.Errorf("only counted: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("output 3 of 1, and no panic")
		}
	}()
	ByValue(alt, plots.Axes{}, enumerate(t, relunet.Square(1), relunet.Options{}), 3)
}
