package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Sound is one channel of samples.
type Sound struct {
	Rate int       // samples a second
	X    []float64 // in [−1, 1]
}

// Seconds is the duration.
func (s *Sound) Seconds() float64 { return float64(len(s.X)) / float64(s.Rate) }

// ErrWAV is what every error of ReadWAV about the content wraps.
var ErrWAV = errors.New("not a WAV file that can be read")

// ReadWAV reads a RIFF/WAVE file of PCM samples, 8 bit (unsigned) or 16 bit (signed, little endian), of any number of channels, whose
// mean is returned. The sample b becomes (b − 128)/128 or b/32768. Chunks other than "fmt " and "data" are passed over.
//
// It errs where the file ends early, is no RIFF/WAVE, is compressed or of another width, or contradicts itself. Memory grows with what
// was read, never with what a header claims. The error of r itself is wrapped.
func ReadWAV(r io.Reader) (*Sound, error) {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("audio: %w: %s", ErrWAV, fmt.Sprintf(format, args...))
	}
	read := func(b []byte, what string) error {
		_, err := io.ReadFull(r, b)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return bad("it ends within %s", what)
		}
		if err != nil {
			return fmt.Errorf("audio: %s: %w", what, err)
		}
		return nil
	}
	var head [12]byte
	if err := read(head[:], "the RIFF header"); err != nil {
		return nil, err
	}
	if string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, bad("it begins with %q … %q, not RIFF … WAVE", head[:4], head[8:])
	}
	le := binary.LittleEndian
	channels, bytes, rate := 0, 0, 0
	for {
		var chunk [8]byte
		if err := read(chunk[:], "the header of a chunk, before any data"); err != nil {
			return nil, err
		}
		id, size := string(chunk[:4]), int64(le.Uint32(chunk[4:]))
		switch id {
		case "fmt ":
			var form [16]byte
			if size < 16 {
				return nil, bad("a chunk fmt of %d bytes, of at least 16", size)
			}
			if err := read(form[:], "the chunk fmt"); err != nil {
				return nil, err
			}
			if kind := le.Uint16(form[:]); kind != 1 {
				return nil, bad("format %d, where 1 is PCM", kind)
			}
			channels = int(le.Uint16(form[2:]))
			bits := int(le.Uint16(form[14:]))
			if bits != 8 && bits != 16 {
				return nil, bad("samples of %d bit, where 8 and 16 are read", bits)
			}
			if channels == 0 || le.Uint32(form[4:]) == 0 || le.Uint32(form[4:]) > math.MaxInt32 {
				return nil, bad("%d channels at %d samples a second", channels, le.Uint32(form[4:]))
			}
			rate, bytes = int(le.Uint32(form[4:])), bits/8
			if block := int(le.Uint16(form[12:])); block != channels*bytes {
				return nil, bad("blocks of %d bytes for %d channels of %d", block, channels, bytes)
			}
			size -= 16
		case "data":
			if bytes == 0 {
				return nil, bad("data before the chunk fmt")
			}
			raw, err := io.ReadAll(io.LimitReader(r, size))
			if err != nil {
				return nil, fmt.Errorf("audio: data: %w", err)
			}
			if int64(len(raw)) < size {
				return nil, bad("it ends within the data: %d of %d bytes", len(raw), size)
			}
			if len(raw)%(channels*bytes) != 0 {
				return nil, bad("%d bytes of data are no whole number of blocks of %d", len(raw), channels*bytes)
			}
			s := &Sound{Rate: rate, X: make([]float64, len(raw)/(channels*bytes))}
			for i := range s.X {
				sum := 0.0
				for c := range channels {
					at := (i*channels + c) * bytes
					if bytes == 1 {
						sum += (float64(raw[at]) - 128) / 128
					} else {
						sum += float64(int16(le.Uint16(raw[at:]))) / 32768
					}
				}
				s.X[i] = sum / float64(channels)
			}
			return s, nil
		}
		// a chunk of odd length is followed by a byte of padding
		if n, err := io.CopyN(io.Discard, r, size+size%2); errors.Is(err, io.EOF) {
			return nil, bad("it ends within the chunk %q: %d of %d bytes", id, n, size)
		} else if err != nil {
			return nil, fmt.Errorf("audio: chunk %q: %w", id, err)
		}
	}
}

// WriteWAV writes one channel of PCM samples of 8 or 16 bit. Samples are rounded to the nearest step; what lies outside the range is
// cut off at its ends. It panics on another width, on a rate that is not positive, on NaN, and on 4 GB or more.
func WriteWAV(w io.Writer, s *Sound, bits int) error {
	if bits != 8 && bits != 16 || s.Rate <= 0 || s.Rate > math.MaxInt32 || len(s.X) > math.MaxInt32/2-64 {
		panic(fmt.Sprintf("audio: WriteWAV of %d samples at %d a second in %d bit", len(s.X), s.Rate, bits))
	}
	bytes := bits / 8
	size := len(s.X) * bytes
	le := binary.LittleEndian
	b := make([]byte, 0, 44+size+1)
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, uint32(36+size+size%2))
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1) // PCM
	b = le.AppendUint16(b, 1) // one channel
	b = le.AppendUint32(b, uint32(s.Rate))
	b = le.AppendUint32(b, uint32(s.Rate*bytes))
	b = le.AppendUint16(b, uint16(bytes))
	b = le.AppendUint16(b, uint16(bits))
	b = append(b, "data"...)
	b = le.AppendUint32(b, uint32(size))
	for i, x := range s.X {
		if math.IsNaN(x) {
			panic(fmt.Sprintf("audio: WriteWAV: sample %d is NaN", i))
		}
		if bits == 8 {
			b = append(b, byte(128+math.Round(128*max(-1, min(127.0/128, x)))))
		} else {
			b = le.AppendUint16(b, uint16(int16(math.Round(32768*max(-1, min(32767.0/32768, x))))))
		}
	}
	if size%2 == 1 {
		b = append(b, 0)
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("audio: %w", err)
	}
	return nil
}
