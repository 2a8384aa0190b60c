package audio

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

//go:embed testdata/golden.json
var goldenFile []byte

var golden struct {
	STFT []struct {
		X           []float64
		Window, Hop int
		Re, Im      [][]float64
	}
	Filters []struct {
		Scale               string
		Bands, Window, Rate int
		Low, High           float64
		Area                bool
		H                   [][]float64
	}
}

func init() {
	if err := json.Unmarshal(goldenFile, &golden); err != nil {
		panic(err)
	}
}

func random(n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 7))
	x := make([]float64, n)
	for i := range x {
		x[i] = 2*rng.Float64() - 1
	}
	return x
}

func panics(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	f()
}

func TestSTFTAgainstScipy(t *testing.T) {
	if len(golden.STFT) == 0 {
		t.Fatal("no golden transform")
	}
	for i, g := range golden.STFT {
		c := STFT{Window: g.Window, Hop: g.Hop}.Transform(g.X)
		if len(c) != len(g.Re) {
			t.Fatalf("case %d: %d frames, scipy has %d", i, len(c), len(g.Re))
		}
		for f := range c {
			if len(c[f]) != len(g.Re[f]) {
				t.Fatalf("case %d: %d frequencies, scipy has %d", i, len(c[f]), len(g.Re[f]))
			}
			for k, v := range c[f] {
				if cmplx.Abs(v-complex(g.Re[f][k], g.Im[f][k])) > 1e-12 {
					t.Fatalf("case %d, frame %d, frequency %d: %v, scipy has %v%+vi", i, f, k, v, g.Re[f][k], g.Im[f][k])
				}
			}
		}
	}
}

func TestFiltersAgainstNumpy(t *testing.T) {
	if len(golden.Filters) == 0 {
		t.Fatal("no golden filters")
	}
	for i, g := range golden.Filters {
		h := map[string]Scale{"HTK": HTK, "Slaney": Slaney}[g.Scale].Filters(g.Bands, g.Window, g.Rate, g.Low, g.High, g.Area)
		for b := range g.H {
			for k, want := range g.H[b] {
				if math.Abs(h[b][k]-want) > 1e-12 {
					t.Fatalf("case %d, filter %d, frequency %d: %v, want %v", i, b, k, h[b][k], want)
				}
			}
		}
	}
}

func TestScales(t *testing.T) {
	for _, c := range []struct {
		s         Scale
		hz, want  float64
		tolerance float64
	}{
		{HTK, 0, 0, 0}, {HTK, 1000, 1000, 0.02}, {HTK, 700, 2595 * math.Log10(2), 1e-9},
		{Slaney, 0, 0, 0}, {Slaney, 200, 3, 1e-12}, {Slaney, 1000, 15, 1e-12}, {Slaney, 6400, 42, 1e-12}, // librosa.hz_to_mel's documented values
		{Slaney, 110, 1.65, 1e-12},
	} {
		if got := c.s.Mel(c.hz); math.Abs(got-c.want) > c.tolerance {
			t.Errorf("%s: %g Hz are %v, want %v", c.s.Name, c.hz, got, c.want)
		}
	}
	for _, s := range []Scale{HTK, Slaney} {
		before := -1.0
		for hz := 0.0; hz < 20000; hz += 37 {
			m := s.Mel(hz)
			if m <= before {
				t.Fatalf("%s does not rise at %g Hz", s.Name, hz)
			}
			before = m
			if back := s.Hz(m); math.Abs(back-hz) > 1e-8 {
				t.Fatalf("%s: %g Hz there and back are %v", s.Name, hz, back)
			}
		}
		// neighbouring triangles add up to 1 between the second and the last but one edge
		h := s.Filters(12, 512, 8000, 200, 3500, false)
		e := s.Edges(12, 200, 3500)
		for k := range h[0] {
			f, sum := float64(k)*8000/512, 0.0
			for b := range h {
				sum += h[b][k]
			}
			if f >= e[1] && f <= e[12] && math.Abs(sum-1) > 1e-12 || (f <= 200 || f >= 3500) && sum != 0 {
				t.Fatalf("%s: at %g Hz the filters add up to %v", s.Name, f, sum)
			}
		}
		// of area 1
		for b, row := range s.Filters(8, 4096, 8000, 0, 4000, true) {
			area := 0.0
			for _, v := range row {
				area += v * 8000 / 4096
			}
			if math.Abs(area-1) > 1e-2 {
				t.Errorf("%s: filter %d has the area %v", s.Name, b, area)
			}
		}
	}
}

// TestToneInItsBin: a tone at frequency k·rate/N of size A has |X[k]|² = (AN/4)², a half of its size on each side, and nothing elsewhere
// (Hann's window has three coefficients).
func TestToneInItsBin(t *testing.T) {
	const n, k = 64, 11
	s := Tone(8000, 0.1, 0.5, k*8000.0/n)
	for frame, p := range (STFT{Window: n, Hop: 16}).Power(s.X) {
		for j, v := range p {
			want := 0.0
			switch j {
			case k:
				want = math.Pow(0.5*n/4, 2)
			case k - 1, k + 1:
				want = math.Pow(0.5*n/8, 2)
			}
			if math.Abs(v-want) > 1e-9 {
				t.Fatalf("frame %d, frequency %d: %v, want %v", frame, j, v, want)
			}
		}
	}
}

func TestParseval(t *testing.T) {
	x := random(300, 1)
	s := STFT{Window: 50, Hop: 13}
	w := Hann(50)
	p := s.Power(x)
	if len(p) != s.Frames(300) || len(p) != 20 {
		t.Fatalf("%d frames", len(p))
	}
	for f := range p {
		sum, want := 0.0, 0.0
		for k, v := range p[f] {
			sum += 2 * v
			if k == 0 || k == 25 {
				sum -= v
			}
		}
		for n := range w {
			want += 50 * math.Pow(w[n]*x[f*13+n], 2)
		}
		if math.Abs(sum-want) > 1e-10*want {
			t.Fatalf("frame %d: %v, want %v", f, sum, want)
		}
	}
}

func TestInverse(t *testing.T) {
	x := random(16*4+3, 2) // the last 3 samples are in no frame
	s := STFT{Window: 16, Hop: 4}
	c := s.Transform(x)
	y := s.Inverse(c, len(x))
	for i := range x {
		want := x[i]
		if i == 0 || i >= 64 {
			want = 0
		}
		if math.Abs(y[i]-want) > 1e-8 {
			t.Fatalf("sample %d: %v, want %v", i, y[i], want)
		}
	}
	// least squares: what is left of an altered transform is orthogonal to the transforms of sounds
	for f := range c {
		for k := range c[f] {
			if k%3 == 0 {
				c[f][k] = 0
			}
		}
	}
	y = s.Inverse(c, len(x))
	back := s.Transform(y)
	other := s.Transform(random(len(x), 3))
	dot := 0.0
	for f := range c {
		for k := range c[f] {
			weight := 2.0
			if k == 0 || k == 8 {
				weight = 1
			}
			dot += weight * real((c[f][k]-back[f][k])*cmplx.Conj(other[f][k]))
		}
	}
	if math.Abs(dot) > 1e-9 {
		t.Errorf("the rest has the product %v with a sound's transform", dot)
	}
	panics(t, "a wrong number of frames", func() { s.Inverse(c, 20) })
}

func TestGlide(t *testing.T) {
	s := Chirp(8000, 0.5, 1, 200, 3000)
	if len(s.X) != 4000 || s.Seconds() != 0.5 {
		t.Fatalf("%d samples, %v s", len(s.X), s.Seconds())
	}
	for i, v := range s.X {
		at := float64(i) / 8000
		// the phase of a linear chirp: 200t + 2800t²
		if want := math.Sin(2 * math.Pi * (200*at + 2800*at*at)); math.Abs(v-want) > 1e-8 {
			t.Fatalf("sample %d: %v, want %v", i, v, want)
		}
	}
}

func TestLogMel(t *testing.T) {
	m := LogMel{STFT: STFT{Window: 256, Hop: 128}, Bands: 20}
	s := Chirp(8000, 1, 0.5, 300, 3500)
	// direct sums
	h := HTK.Filters(20, 256, 8000, 0, 4000, false)
	p := m.Power(s.X)
	db := m.Decibels(s)
	for f := range p {
		for b := range h {
			sum := 0.0
			for k := range h[b] {
				sum += h[b][k] * p[f][k]
			}
			if want := 10 * math.Log10(max(sum, 1e-10)); math.Abs(db[f][b]-want) > 1e-9 {
				t.Fatalf("frame %d, band %d: %v, want %v", f, b, db[f][b], want)
			}
		}
	}
	// the loudest band rises with the chirp, and holds its frequency
	e := HTK.Edges(20, 0, 4000)
	before := 0
	for f := range db {
		best := 0
		for b, v := range db[f] {
			if v > db[f][best] {
				best = b
			}
		}
		hz := 300 + 3200*(float64(f)*128+128)/8000
		if best < before || hz < e[best] || hz > e[best+2] {
			t.Errorf("frame %d, about %.0f Hz: band %d from %.0f to %.0f Hz", f, hz, best, e[best], e[best+2])
		}
		before = best
	}
	// twice as loud: 6.02 dB more everywhere, and the same picture
	loud := &Sound{Rate: s.Rate}
	for _, v := range s.X {
		loud.X = append(loud.X, 2*v)
	}
	for f, row := range m.Decibels(loud) {
		for b := range row {
			if db[f][b] > -90 && math.Abs(row[b]-db[f][b]-20*math.Log10(2)) > 1e-9 {
				t.Fatalf("frame %d, band %d: %v dB and %v dB", f, b, db[f][b], row[b])
			}
		}
	}
	a, b := m.Picture(s, 32, 40), m.Picture(loud, 32, 40)
	most := float32(0)
	for y := range a {
		for x := range a[y] {
			most = max(most, a[y][x])
			if math.Abs(float64(a[y][x]-b[y][x])) > 1e-5 || a[y][x] < 0 || a[y][x] > 1 {
				t.Fatalf("place %d, %d: %v and %v", y, x, a[y][x], b[y][x])
			}
		}
	}
	if len(a) != 20 || len(a[0]) != 32 || most < 0.9 || a[19][0] < a[0][0] || a[0][31] < a[19][31] {
		t.Errorf("a chirp must go from the bottom left to the top right")
	}
	// between frames lies their mean
	for y, row := range m.Picture(s, 2*len(db)-1, 200) {
		for x := 1; x < len(row)-1; x += 2 {
			if math.Abs(float64(row[x]-(row[x-1]+row[x+1])/2)) > 1e-6 {
				t.Fatalf("row %d, column %d: %v between %v and %v", y, x, row[x], row[x-1], row[x+1])
			}
		}
	}
	for _, x := range [][]float64{nil, make([]float64, 100), make([]float64, 3000)} {
		for _, row := range m.Picture(&Sound{8000, x}, 5, 40) {
			for _, v := range row {
				if v != 0 {
					t.Fatalf("silence of %d samples has %v", len(x), v)
				}
			}
		}
	}
	panics(t, "a frequency above half the rate", func() { LogMel{High: 5000}.Powers(s) })
	panics(t, "an odd window", func() { LogMel{STFT: STFT{Window: 5}}.Powers(s) })
}

func TestWAVThereAndBack(t *testing.T) {
	for _, bits := range []int{8, 16} {
		for _, n := range []int{0, 1, 2, 301} {
			s := &Sound{Rate: 8000, X: random(n, 5)}
			if n == 301 {
				s.X[0], s.X[1], s.X[2] = 5, -5, 0
			}
			var b bytes.Buffer
			if err := WriteWAV(&b, s, bits); err != nil {
				t.Fatal(err)
			}
			if b.Len()%2 != 0 || int(binary.LittleEndian.Uint32(b.Bytes()[4:])) != b.Len()-8 {
				t.Fatalf("%d bytes, the header says %d", b.Len(), binary.LittleEndian.Uint32(b.Bytes()[4:]))
			}
			got, err := ReadWAV(iotest.OneByteReader(&b))
			if err != nil {
				t.Fatal(err)
			}
			if got.Rate != 8000 || len(got.X) != n {
				t.Fatalf("%d samples at %d", len(got.X), got.Rate)
			}
			step := math.Pow(2, float64(1-bits))
			for i, v := range got.X {
				if want := max(-1, min(1-step, s.X[i])); math.Abs(v-want) > step/2+1e-15 {
					t.Fatalf("%d bit, sample %d: %v, want %v", bits, i, v, want)
				}
			}
		}
	}
	panics(t, "24 bit", func() { WriteWAV(io.Discard, &Sound{Rate: 1}, 24) })
	panics(t, "NaN", func() { WriteWAV(io.Discard, &Sound{1, []float64{math.NaN()}}, 16) })
}

// file puts a WAV file together.
func file(form []uint16, data string, before string) string {
	le := binary.LittleEndian
	b := []byte("RIFF\x00\x00\x00\x00WAVE" + before + "fmt \x10\x00\x00\x00")
	for _, v := range form {
		b = le.AppendUint16(b, v)
	}
	b = append(b, "data"...)
	b = le.AppendUint32(b, uint32(len(data)))
	return string(b) + data
}

func TestReadWAV(t *testing.T) {
	// two channels of 16 bit, after a chunk of odd length
	s, err := ReadWAV(strings.NewReader(file([]uint16{1, 2, 8000, 0, 0, 0, 4, 16}, "\x00\x40\x00\xc0\x00\x40\x00\x00", "LIST\x03\x00\x00\x00abc\x00")))
	if err != nil || s.Rate != 8000 || len(s.X) != 2 || s.X[0] != 0 || s.X[1] != 0.25 {
		t.Errorf("%v, %v", s, err)
	}
	s, err = ReadWAV(strings.NewReader(file([]uint16{1, 1, 11025, 0, 0, 0, 1, 8}, "\x00\x80\xc0", "")))
	if err != nil || s.X[0] != -1 || s.X[1] != 0 || s.X[2] != 0.5 {
		t.Errorf("%v, %v", s, err)
	}
	good := file([]uint16{1, 1, 8000, 0, 0, 0, 2, 16}, "abcdef", "")
	for name, bad := range map[string]string{
		"it ends within the RIFF header":     good[:7],
		"not RIFF … WAVE":                    "OggS" + good[4:],
		"before any data":                    good[:36],
		"within the chunk fmt":               good[:30],
		"within the data: 5 of 6 bytes":      good[:len(good)-1],
		"format 85, where 1 is PCM":          file([]uint16{85, 1, 8000, 0, 0, 0, 2, 16}, "ab", ""),
		"24 bit":                             file([]uint16{1, 1, 8000, 0, 0, 0, 3, 24}, "abc", ""),
		"0 channels":                         file([]uint16{1, 0, 8000, 0, 0, 0, 0, 16}, "ab", ""),
		"at 0 samples a second":              file([]uint16{1, 1, 0, 0, 0, 0, 2, 16}, "ab", ""),
		"blocks of 3 bytes":                  file([]uint16{1, 1, 8000, 0, 0, 0, 3, 16}, "ab", ""),
		"no whole number of blocks":          file([]uint16{1, 1, 8000, 0, 0, 0, 2, 16}, "abc", ""),
		"data before the chunk fmt":          good[:12] + "data\x00\x00\x00\x00" + good[12:],
		"within the chunk \"LIST\": 5 of 10": good[:12] + "LIST\x0a\x00\x00\x00abcde",
		"of at least 16":                     good[:16] + "\x0f" + good[17:],
	} {
		if _, err := ReadWAV(strings.NewReader(bad)); !errors.Is(err, ErrWAV) || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
	broken := errors.New("broken")
	for _, at := range []int{3, 14, 25, 46} {
		if _, err := ReadWAV(io.MultiReader(strings.NewReader(good[:at]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("at %d: %v", at, err)
		}
	}
	// a header that claims 4 GB must cost nothing
	if _, err := ReadWAV(strings.NewReader(good[:40] + "\xff\xff\xff\xff" + good[44:])); !errors.Is(err, ErrWAV) {
		t.Error(err)
	}
}

// FuzzReadWAV: any bytes give a sound that can be written and read again, or an ErrWAV.
func FuzzReadWAV(f *testing.F) {
	f.Add([]byte(file([]uint16{1, 2, 8000, 0, 0, 0, 4, 16}, "\x00\x40\x00\xc0", "LIST\x03\x00\x00\x00abc\x00")))
	f.Add([]byte(file([]uint16{1, 1, 8000, 0, 0, 0, 1, 8}, "abc", "")))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ReadWAV(bytes.NewReader(b))
		if err != nil {
			if s != nil || !errors.Is(err, ErrWAV) {
				t.Fatal(err)
			}
			return
		}
		for i, v := range s.X {
			if !(v >= -1 && v <= 1) {
				t.Fatalf("sample %d is %v", i, v)
			}
		}
		var w bytes.Buffer
		if err := WriteWAV(&w, s, 16); err != nil {
			t.Fatal(err)
		}
		if back, err := ReadWAV(&w); err != nil || len(back.X) != len(s.X) || back.Rate != s.Rate {
			t.Fatal(back, err)
		}
	})
}

func TestPlayer(t *testing.T) {
	p := Tone(8000, 0.01, 1, 440).Player(`a "tone" <440>`)
	if strings.Contains(p, "<440>") || !strings.Contains(p, "aria-label=\"a &#34;tone&#34; &lt;440&gt;\"") {
		t.Error(p)
	}
	_, rest, _ := strings.Cut(p, "base64,")
	code, _, _ := strings.Cut(rest, `"`)
	raw, err := base64.StdEncoding.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := ReadWAV(bytes.NewReader(raw)); err != nil || len(s.X) != 80 {
		t.Error(s, err)
	}
}

// BenchmarkLogMel is one minute of sound at 16 kHz, windows of 25 ms each 10 ms, 80 bands, as Whisper reads it (Radford et al. 2022). With
// COURSE_BENCH_DIR set it leaves the sound and the result there, for the peers of `course bench mel`, as float32.
func BenchmarkLogMel(b *testing.B) {
	s := Chirp(16000, 60, 0.5, 100, 7000)
	for i, v := range random(len(s.X), 1) {
		s.X[i] = float64(float32(s.X[i] + 0.1*v))
	}
	m := LogMel{STFT: STFT{Window: 400, Hop: 160}, Bands: 80, Scale: Slaney, Area: true}
	if dir := os.Getenv("COURSE_BENCH_DIR"); dir != "" {
		var sound, mel bytes.Buffer
		for _, v := range s.X {
			binary.Write(&sound, binary.LittleEndian, float32(v))
		}
		for _, row := range m.Decibels(s) {
			for _, v := range row {
				binary.Write(&mel, binary.LittleEndian, float32(v))
			}
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "sound.f32"), sound.Bytes(), 0o644), os.WriteFile(filepath.Join(dir, "mel.f32"), mel.Bytes(), 0o644)); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("60 s, window 400, hop 160", func(b *testing.B) {
		for b.Loop() {
			m.Decibels(s)
		}
	})
}
