package grading

import (
	"fmt"
	"runtime"

	"nncourse/grading/sandbox"
)

// Mode says as what a submission is built and run.
type Mode string

const (
	// Auto is Native where the system's layers contain a hostile program, else WASI.
	Auto Mode = ""
	// Native is a program for this machine, held by the system's layers (package sandbox).
	Native Mode = "native"
	// WASI is a WebAssembly program, held by wazero (package wasi), and by the system's layers as well.
	WASI Mode = "wasi"
)

// ParseMode reads "auto", "native" or "wasi".
func ParseMode(s string) (Mode, error) {
	switch s {
	case "auto", "":
		return Auto, nil
	case "native", "wasi":
		return Mode(s), nil
	}
	return Auto, fmt.Errorf("there is no sandbox %q: auto, native or wasi", s)
}

// wasm tells whether programs are WebAssembly.
func (o *Options) wasm() bool { return chooseWASM(o.Sandbox, sandbox.Available()) }

func chooseWASM(m Mode, machine sandbox.Level) bool {
	return m == WASI || m == Auto && !machine.Contains()
}

// Level gives the layers that will hold a submission's program.
func (o *Options) Level() sandbox.Level {
	l := sandbox.Available() &^ o.Without
	if o.wasm() {
		l |= sandbox.WASI
	}
	return l
}

// Why says why Level is not more, and what does not hold the compiler; "" if there is nothing to say.
func (o *Options) Why() string {
	st := sandbox.Detect()
	if !o.wasm() {
		return st.Why
	}
	why := st.Why
	if own := sandbox.Available() &^ o.Without; !own.Contains() {
		held := "a limit of time only"
		if own&sandbox.Rlimits != 0 {
			held = "limits of resources only"
		}
		if why != "" {
			why += "; "
		}
		why += "the Go compiler, which reads the source, ran with " + held
	}
	return why
}

// UnsafeNote stands in every report of others' work that was graded without a sandbox that contains it.
const UnsafeNote = "UNSAFE: graded without a sandbox that contains a hostile program (--unsafe-no-sandbox); this grade is worth no more than the trust in every student of the class"

// contained tells whether a hostile program is.
func (o *Options) contained() bool { return o.Level().Contains() }

// target is the system and the processor for which submissions are compiled.
func (o *Options) target() (goos, goarch string) {
	if o.wasm() {
		return "wasip1", "wasm"
	}
	return runtime.GOOS, runtime.GOARCH
}
