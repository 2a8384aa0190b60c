package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"nncourse/lib/audio"
)

// Sounds is a labelled set of recordings.
type Sounds struct {
	Name      string
	Source    string // one line for a caption
	Generated bool
	Sounds    []*audio.Sound
	Labels    []int32
	Classes   []string
	Speakers  []string // of each sound: who spoke; "" where nobody did
}

// spokenName reads the digit, the speaker and the number of the recording out of a file's name: 7_jackson_32.wav.
var spokenName = regexp.MustCompile(`^([0-9])_([a-z]+)_([0-9]+)\.wav$`)

// spokenTest is how many of each speaker's recordings of a digit are the test part by the set's own page: those numbered 0 … 4.
const spokenTest = 5

// FSDD reads a part of the Free Spoken Digit Dataset (Jackson et al.): English digits at 8000 samples a second. Of the recordings of each
// digit by each of six speakers, numbers 0 … 4 are the test part and all others the training part. The course knows 15 of the 50: 300
// recordings to test on and 600 to train on. They come in the order of their names. The same speakers are in both parts.
//
// The error is ErrAbsent where the files are nowhere, or a *FileError.
func FSDD(s Split) (*Sounds, error) {
	first, err := find("fsdd", "fsdd", "0_george_0.wav")
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(first)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	d := &Sounds{Name: "FSDD " + s.String(), Classes: []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}}
	all := 0
	for _, e := range entries {
		m := spokenName.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		all++
		if n, err := strconv.Atoi(m[3]); err != nil || (n < spokenTest) != (s == Test) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("datasets: %w", err)
		}
		sound, err := audio.ReadWAV(bytes.NewReader(raw))
		if err != nil {
			return nil, fault(path, -1, err.Error(), err)
		}
		sum := sha256.Sum256(raw)
		if err := verify(path, hex.EncodeToString(sum[:]), nil); err != nil {
			return nil, err
		}
		d.Sounds, d.Labels, d.Speakers = append(d.Sounds, sound), append(d.Labels, int32(m[1][0]-'0')), append(d.Speakers, m[2])
	}
	d.Source = fmt.Sprintf("Free Spoken Digit Dataset, %s part by the recordings' numbers, %d of %d recordings (%s)", s, len(d.Sounds), all, tidy(dir))
	return d, nil
}

// SpokenDigits returns FSDD's two parts where they are present, else generated sounds (Melodies) of about their size, and says in Source
// which. The error is never ErrAbsent.
func SpokenDigits(seed uint64) (train, test *Sounds, err error) {
	if train, err = FSDD(Train); err == nil {
		test, err = FSDD(Test)
	}
	if errors.Is(err, ErrAbsent) {
		train, test = Melodies(600, rand.New(rand.NewPCG(seed, 1))), Melodies(300, rand.New(rand.NewPCG(seed, 2)))
		return train, test, nil
	}
	return train, test, err
}

// Melodies generates n sounds of ten classes, at 8000 samples a second, that differ in how their pitch moves and what it is made of. Length
// (0.3 … 0.5 s), pitch, loudness and noise vary within a class, so that neither pitch nor length tells the class.
func Melodies(n int, rng *rand.Rand) *Sounds {
	d := &Sounds{
		Name: "melodies", Generated: true,
		Source:  fmt.Sprintf("generated tones and chirps, %d sounds (spoken digits not used)", n),
		Classes: []string{"tone", "rising", "falling", "up and down", "down and up", "trill", "two steps", "harmonics", "fifth", "noise"},
	}
	const rate = 8000
	for i := range n {
		class := i % len(d.Classes)
		seconds, base := 0.3+0.2*rng.Float64(), 400+800*rng.Float64()
		wide := 1.6 + 0.4*rng.Float64() // the interval of a movement
		path := func(t float64) float64 {
			u := t / seconds
			switch class {
			case 1:
				return base * math.Pow(wide, u)
			case 2:
				return base * math.Pow(wide, 1-u)
			case 3:
				return base * math.Pow(wide, 1-math.Abs(2*u-1))
			case 4:
				return base * math.Pow(wide, math.Abs(2*u-1))
			case 5:
				return base * math.Pow(wide, 0.4*math.Sin(2*math.Pi*12*t))
			case 6:
				if u > 0.5 {
					return base * wide
				}
			}
			return base
		}
		s := audio.Glide(rate, seconds, 1, path)
		add := func(ratio, size float64) {
			for i, v := range audio.Glide(rate, seconds, size, func(t float64) float64 { return ratio * base }).X {
				s.X[i] += v
			}
		}
		switch class {
		case 7:
			add(2, 0.7)
			add(3, 0.5)
		case 8:
			add(1.5, 1)
		case 9:
			clear(s.X)
		}
		noise := 0.02 + 0.05*rng.Float64()
		if class == 9 {
			noise = 1
		}
		size, peak := 0.2+0.6*rng.Float64(), 0.0
		for i := range s.X {
			// it swells and fades
			s.X[i] = (s.X[i] + noise*rng.NormFloat64()) * math.Sin(math.Pi*(float64(i)+0.5)/float64(len(s.X)))
			peak = max(peak, math.Abs(s.X[i]))
		}
		for i := range s.X {
			s.X[i] *= size / peak
		}
		d.Sounds, d.Labels, d.Speakers = append(d.Sounds, s), append(d.Labels, int32(class)), append(d.Speakers, "")
	}
	return d
}

// Pictures are the sounds as log-Mel pictures (audio.LogMel.Picture), [N, Bands, columns, 1]. It panics if m.Bands is not set.
func (d *Sounds) Pictures(m audio.LogMel, columns int, span float64) *Images {
	if m.Bands < 1 || columns < 1 {
		panic(fmt.Sprintf("datasets: Pictures of %d bands and %d columns", m.Bands, columns))
	}
	out := &Images{Name: d.Name, Source: d.Source + ", as log-Mel pictures", Generated: d.Generated, N: len(d.Sounds), H: m.Bands, W: columns, C: 1, Labels: d.Labels, Classes: d.Classes}
	for _, s := range d.Sounds {
		for _, row := range m.Picture(s, columns, span) {
			out.Pix = append(out.Pix, row...)
		}
	}
	return out
}
