// Package order is what package wasi and its program host agree on.
package order

// Order is what host is told, as JSON in its one argument.
type Order struct {
	Module   string // file
	Cache    string // folder of wazero's machine code
	Run      bool   // else only compile
	MemoryMB int    // what the program may use
	Threads  int    // of the translation
}

// HostModule is the name of the module with the functions read and write, as package wire imports it.
const HostModule = "course"

// The program's two output streams travel together over host's standard error: a byte that names the stream, four of
// length (most significant first), the text. What the process itself says when it dies (Go's runtime: out of memory)
// does not begin so.
const (
	Stdout   = 1
	Stderr   = 2
	MaxPiece = 32 << 10
)
