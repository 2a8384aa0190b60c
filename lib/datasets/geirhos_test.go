package datasets

import (
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// putPNG writes a w×h image whose left half is dark and whose right half is bright.
func putPNG(t *testing.T, path string, w, h int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{51, 102, 153, 255})
			if x >= w/2 {
				img.SetRGBA(x, y, color.RGBA{204, 204, 204, 255})
			}
		}
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

func TestGeirhosIndex(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cue-conflict")
	for _, name := range []string{"bear1-cat2.png", "cat10-dog3.png", "dog2-bear1.png", "notes.png"} {
		putPNG(t, filepath.Join(dir, name), 8, 8)
	}
	byName, err := readGeirhos(dir, true, 4, false)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(byName.Classes, []string{"bear", "cat", "dog"}) || !slices.Equal(byName.Shape, []int32{0, 1, 2}) || !slices.Equal(byName.Texture, []int32{1, 2, 0}) {
		t.Errorf("by name: %v, shapes %v, textures %v", byName.Classes, byName.Shape, byName.Texture)
	}
	left, right := byName.Image(1)[:3], byName.Image(1)[9:12]
	if !near32(left, 0.2, 0.4, 0.6) || !near32(right, 0.8, 0.8, 0.8) || byName.H != 4 || byName.C != 3 {
		t.Errorf("colours %v, %v", left, right)
	}
	// the index decides where it is there, whatever the names say, and it may leave images out
	index := filepath.Join(dir, "index.csv")
	if err := os.WriteFile(index, []byte("file,shape,texture\ncat10-dog3.png,cat,bear\nbear1-cat2.png,bear,cat\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := readGeirhos(dir, true, 4, true)
	if err != nil {
		t.Fatal(err)
	}
	if d.N != 2 || !slices.Equal(d.Shape, []int32{1, 0}) || !slices.Equal(d.Texture, []int32{0, 1}) || d.C != 1 || len(d.Pix) != 32 {
		t.Errorf("by index: %d images, shapes %v, textures %v", d.N, d.Shape, d.Texture)
	}
	for content, want := range map[string]string{
		"file,shape,texture\ncat10-dog3.png,cat,tiger\n":  "tiger",
		"file,shape\ncat10-dog3.png,cat\n":                "index.csv",
		"name,shape,texture\ncat10-dog3.png,cat,dog\n":    "first line",
		"file,shape,texture\n":                            "images must follow",
		"file,shape,texture\n../cat10-dog3.png,cat,dog\n": "no name of a file",
		"file,shape,texture\nnotes.txt,cat,cat\n":         "notes.txt",
		"file,shape,texture\nindex.csv,cat,cat\n":         "no PNG",
		"file,shape,texture\nbear1-cat2.png,\"bear,cat\n": "index.csv",
	} {
		if err := os.WriteFile(index, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readGeirhos(dir, true, 4, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("index %q: error %v, want one with %q", content, err, want)
		}
	}
	if _, err := readGeirhos(t.TempDir(), true, 4, true); err == nil {
		t.Error("an empty folder gave no error")
	}
}

func TestGeirhosFolders(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "edges")
	for _, name := range []string{"dog/dog1.png", "bear/bear1.png", "bear/bear2.png"} {
		putPNG(t, filepath.Join(dir, filepath.FromSlash(name)), 6, 6)
	}
	d, err := readGeirhos(dir, false, 3, true)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Labels, []int32{0, 0, 1}) || !slices.Equal(d.Texture, []int32{-1, -1, -1}) || d.Boxes[2] != image.Rect(0, 0, 3, 3) {
		t.Errorf("labels %v, textures %v, boxes %v", d.Labels, d.Texture, d.Boxes)
	}
	if _, err := readGeirhos(t.TempDir(), false, 3, true); err == nil {
		t.Error("an empty folder gave no error")
	}
}

// TestGeirhosPublished holds the published images, where they are, to what their authors say of them.
func TestGeirhosPublished(t *testing.T) {
	for _, part := range []GeirhosPart{GeirhosConflicts, GeirhosSilhouettes, GeirhosEdges} {
		d, err := Geirhos(part, 28, true)
		if errors.Is(err, ErrAbsent) {
			t.Skip("the published images are not here")
		}
		if err != nil {
			t.Fatal(err)
		}
		shapes, textures := make([]int, 16), make([]int, 16)
		for i, s := range d.Shape {
			shapes[s]++
			if part == GeirhosConflicts {
				textures[d.Texture[i]]++
				if d.Texture[i] == s {
					t.Errorf("image %d has the texture of its own class", i)
				}
			}
		}
		for c, n := range shapes {
			if n != 10 || part == GeirhosConflicts && textures[c] != 10 {
				t.Errorf("%s: %s: %d shapes, %d textures, want 10", part, d.Classes[c], n, textures[c])
			}
		}
		if part != GeirhosConflicts {
			continue
		}
		dir, err := find("cue conflicts", "texture-vs-shape", string(part))
		if err != nil {
			t.Fatal(err)
		}
		names, err := listNames(dir)
		if err != nil {
			t.Fatal(err)
		}
		listed, err := listConflicts(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(names) != d.N || len(listed) != d.N {
			t.Fatalf("%d names, %d in the index, %d images", len(names), len(listed), d.N)
		}
		for i, f := range listed {
			if !slices.Contains(names, f) || f.shape != d.Classes[d.Shape[i]] || f.texture != d.Classes[d.Texture[i]] {
				t.Errorf("%s: the index says %s, %s, and the image %s, %s", f.name, f.shape, f.texture, d.Classes[d.Shape[i]], d.Classes[d.Texture[i]])
			}
		}
	}
}

func TestGeirhosPanics(t *testing.T) {
	for _, f := range []func(){func() { Geirhos("cats", 28, true) }, func() { Geirhos(GeirhosEdges, 0, true) }} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "datasets: ") {
					t.Errorf("recovered %v", s)
				}
			}()
			f()
		}()
	}
}

func near32(got []float32, want ...float32) bool {
	for i, w := range want {
		if d := got[i] - w; d > 1e-6 || d < -1e-6 {
			return false
		}
	}
	return len(got) == len(want)
}
