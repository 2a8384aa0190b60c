// Package wire carries calls between the grader and a student's program.
//
// The grader starts the program with two pipes: it writes requests to the program's file descriptor 3 and reads
// replies from descriptor 4. A WebAssembly program has no such descriptors: it calls the functions read and write of
// its host, which hold the pipes' other ends (see package grading/wasi). Each message is a frame: four bytes of length, most significant first, at most MaxFrame,
// then that many bytes of JSON (a Message). One call is in flight at a time. While it runs, the program may send
// callbacks, which the grader answers. Every message of a call repeats its number and its nonce, so that a frame
// written before the call was made cannot be taken for its answer.
//
// The package has two users: the grader (ReadMessage, WriteMessage) and the harness of an exercise, a small main
// program that is compiled with the student's package and calls Serve. It imports the standard library only, because
// it is copied into the module in which the student's code is built. What is expected of an answer never crosses.
package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxFrame is the greatest length of a frame's JSON in bytes.
const MaxFrame = 16 << 20

// HostModule is the name of the module whose functions a WebAssembly program imports:
//
//	read(p, n i32) i32    reads up to n bytes to p; gives how many, 0 at the end, −1 for an error
//	write(p, n i32) i32   writes n bytes from p; gives how many, −1 for an error
const HostModule = "course"

// Operations of a Message.
const (
	OpCall     = "call"     // grader → program: Func, Values
	OpReturn   = "return"   // program → grader: Values, Err, Changed; or Panic
	OpCallback = "callback" // program → grader, during a call: Callback, Values
	OpAnswer   = "answer"   // grader → program, to a callback: Values, or Err
)

// Message is one frame.
type Message struct {
	Op       string  `json:"op"`
	ID       uint64  `json:"id"`    // number of the call
	Nonce    string  `json:"nonce"` // of the call, chosen by the grader
	Func     string  `json:"func,omitempty"`
	Callback int     `json:"callback,omitempty"` // which of the call's callbacks
	Values   []Value `json:"values,omitempty"`
	Err      *string `json:"err,omitempty"`     // the error that the function returned, or that stops a callback
	Changed  []int   `json:"changed,omitempty"` // arguments that the function wrote to
	Panic    *Panic  `json:"panic,omitempty"`   // the function did not return
}

// Panic says how a function ended without returning.
type Panic struct {
	Kind  string  `json:"kind"` // "panic", "goexit", "callback" (a callback was refused), "harness" (the exercise's own mistake)
	Text  string  `json:"text"`
	Stack []Place `json:"stack,omitempty"` // the student's part of the stack, innermost first
}

// Place is a line of the student's.
type Place struct {
	Func string `json:"func"`
	File string `json:"file"` // base name
	Line int    `json:"line"`
}

// ErrFrame is wrapped by every error about bytes that are not a message.
var ErrFrame = errors.New("bad frame")

// WriteMessage writes one frame with a single Write.
func WriteMessage(w io.Writer, m *Message) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if len(b) > MaxFrame {
		return fmt.Errorf("wire: a message of %d bytes is over the limit of %d", len(b), MaxFrame)
	}
	frame := make([]byte, 4, 4+len(b))
	binary.BigEndian.PutUint32(frame, uint32(len(b)))
	_, err = w.Write(append(frame, b...))
	return err
}

// ReadMessage reads one frame. The error is io.EOF if there is none, wraps ErrFrame if the bytes are no message,
// (and io.ErrUnexpectedEOF as well if they end too early), and is the reader's own otherwise.
func ReadMessage(r io.Reader) (*Message, error) {
	var head [4]byte
	if n, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("wire: %w: %w: %d of 4 bytes of length", ErrFrame, err, n)
		}
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > MaxFrame {
		return nil, fmt.Errorf("wire: %w: length %d is over the limit of %d", ErrFrame, n, MaxFrame)
	}
	// The buffer grows with what arrives: a length alone takes no memory.
	var buf bytes.Buffer
	if got, err := io.CopyN(&buf, r, int64(n)); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("wire: %w: %w: %d of %d bytes", ErrFrame, io.ErrUnexpectedEOF, got, n)
		}
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(buf.Bytes()))
	dec.DisallowUnknownFields()
	var m Message
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("wire: %w: %v", ErrFrame, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("wire: %w: more than one JSON value", ErrFrame)
	}
	return &m, nil
}
