package main

import (
	"flag"
	"fmt"
	"os"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/sandbox"
)

// sandboxHelp is the part of grade's help about --sandbox, for one target and for a class.
const sandboxHelp = `

--sandbox native runs a program of this machine, held by the system's layers (landlock, seccomp, …); --sandbox wasi runs
WebAssembly, which is held on every system, but takes several times as long to build and to compute; auto, the default, is
native where the layers contain a hostile program, else wasi. Each report names what held. Others' work (--student,
--secret-file, --submissions) is refused where nothing contains it; --unsafe-no-sandbox grades it all the same, and every
report says so. go tool course doctor shows what is in force here.`

// sandboxFlags are the flags of grade that say where programs run.
type sandboxFlags struct {
	mode   string
	unsafe bool
}

func addSandboxFlags(fs *flag.FlagSet) *sandboxFlags {
	f := new(sandboxFlags)
	fs.StringVar(&f.mode, "sandbox", "auto", "auto, native or wasi: what a program runs in")
	fs.BoolVar(&f.unsafe, "unsafe-no-sandbox", false, "grade others' work even where no sandbox contains a hostile program")
	return f
}

// set puts the flags into the options.
func (f *sandboxFlags) set(o *grading.Options) error {
	m, err := grading.ParseMode(f.mode)
	if err != nil {
		return cli.Errorf(cli.Usage, "go tool course grade --help", "%v", err)
	}
	o.Sandbox, o.Unsafe = m, f.unsafe
	return nil
}

// announce says on standard error where a program of one target runs, if that is worth a line.
func (f *sandboxFlags) announce(o *grading.Options) {
	level := o.Level()
	switch {
	case !level.Contains() && o.Others && o.Unsafe:
		fmt.Fprintf(os.Stderr, "! %s\n", grading.UnsafeNote)
	case !level.Contains() && !o.Others:
		st := sandbox.Detect()
		fmt.Fprintf(os.Stderr, "! NO SANDBOX HOLDS HERE (%s): %s. The code runs with all your rights; grade only what you wrote yourself.\n  %s\n", st.Level, st.Why, noSandboxAdvice())
	case o.Sandbox == grading.Auto && level&sandbox.WASI != 0:
		fmt.Fprintf(os.Stderr, "the program runs as WebAssembly here, because %s\n", sandbox.Detect().Why)
	}
}

// noSandboxAdvice says what to do where no layer contains a hostile program and another sandbox was not wanted.
func noSandboxAdvice() string {
	advice := "--sandbox wasi contains it on every system"
	if a := sandbox.Detect().Advice; a != "" {
		advice += "; or " + a
	}
	return advice
}
