package datasets

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nncourse/lib/audio"
)

func TestFSDD(t *testing.T) {
	train, err := FSDD(Train)
	if errors.Is(err, ErrAbsent) {
		t.Skip("the recordings are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	test, err := FSDD(Test)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		d          *Sounds
		perSpeaker int // of each digit
	}{{train, 10}, {test, 5}} {
		counts := map[string]int{}
		for i, s := range c.d.Sounds {
			counts[c.d.Speakers[i]+c.d.Classes[c.d.Labels[i]]]++
			if s.Rate != 8000 || len(s.X) < 1000 {
				t.Fatalf("%s, sound %d: %d samples at %d", c.d.Name, i, len(s.X), s.Rate)
			}
		}
		if len(counts) != 60 {
			t.Fatalf("%s: %d pairs of a speaker and a digit", c.d.Name, len(counts))
		}
		for who, n := range counts {
			if n < c.perSpeaker {
				t.Errorf("%s: %d of %s", c.d.Name, n, who)
			}
		}
	}
	if !slices.IsSorted(test.Labels) || test.Speakers[0] != "george" {
		t.Error("the recordings are not in the order of their names")
	}
}

// TestFSDDBad: a published name with other content is an error that names the file, and nothing is used in its place.
func TestFSDDBad(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("COURSE_DATA", dir)
	if err := os.Mkdir(filepath.Join(dir, "fsdd"), 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "fsdd", "0_george_0.wav")
	write := func(content func(f *os.File) error) {
		f, err := os.Create(path)
		if err == nil {
			err = errors.Join(content(f), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]func(f *os.File) error{
		"cut off": func(f *os.File) error { _, err := f.WriteString("RIFF"); return err },
		"another": func(f *os.File) error { return audio.WriteWAV(f, audio.Tone(8000, 0.1, 1, 440), 16) },
	} {
		write(content)
		var bad *FileError
		if _, _, err := SpokenDigits(1); !errors.As(err, &bad) || bad.File != path || bad.Want == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMelodies(t *testing.T) {
	d := Melodies(40, rand.New(rand.NewPCG(1, 1)))
	again := Melodies(40, rand.New(rand.NewPCG(1, 1)))
	for i, s := range d.Sounds {
		if int(d.Labels[i]) != i%10 || !slices.Equal(s.X, again.Sounds[i].X) || s.Seconds() < 0.29 || s.Seconds() > 0.51 {
			t.Fatalf("sound %d: class %d, %v s", i, d.Labels[i], s.Seconds())
		}
		for _, v := range s.X {
			if !(math.Abs(v) <= 1) {
				t.Fatalf("sound %d has a sample %v", i, v)
			}
		}
	}
	p := d.Pictures(audio.LogMel{Bands: 28}, 28, 40)
	if p.N != 40 || p.H != 28 || p.W != 28 || p.C != 1 || len(p.Pix) != 40*28*28 || !p.Generated {
		t.Errorf("%d pictures %d×%d×%d", p.N, p.H, p.W, p.C)
	}
	// the loudest band of a rising sound rises, of a falling one falls: row 0 is the highest band
	middle := func(i, column int) int {
		best := 0
		for y := range 28 {
			if p.Image(i)[y*28+column] > p.Image(i)[best*28+column] {
				best = y
			}
		}
		return best
	}
	for i := range 40 {
		early, late := middle(i, 6), middle(i, 21)
		if d.Labels[i] == 1 && late >= early || d.Labels[i] == 2 && late <= early || d.Labels[i] == 0 && late != early {
			t.Errorf("%s: the loudest row goes from %d to %d", d.Classes[d.Labels[i]], early, late)
		}
	}
}
