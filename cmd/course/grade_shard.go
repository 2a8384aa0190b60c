package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"

	"nncourse/cmd/course/internal/cli"
	"nncourse/grading"
	"nncourse/grading/checks"
	"nncourse/grading/class"
	"nncourse/lib/workspace"
)

// shardUsage and shardHelp are the part of grade's help that is about a class in parts.
const shardUsage = `
course grade --submissions DIR --out OUT/I --shard I/N --secret-file FILE …
course grade --merge OUT/1 … OUT/N --out MERGED [--submissions DIR] [--secret-file FILE] [--json]`

const shardHelp = `

In parts, on several machines: --shard I/N (I from 1 to N) grades the students of one part, chosen by their names' hashes; every
part sees the whole folder and the same secret and files, and has an --out of its own. A part that was interrupted goes on with
the same command. --merge puts all N parts together: the grade book equals that of one batch byte for byte; it refuses parts that
are missing, interrupted, doubled, or made from another secret, split, class, course or file. Pages and the similarity of
submissions are made by the merge, the latter only with --submissions. See grading/class/README.md.`

// shardFlag reads --shard.
type shardFlag struct{ class.Shard }

func (s *shardFlag) String() string {
	if s.N == 0 {
		return ""
	}
	return s.Shard.String()
}
func (s *shardFlag) Set(text string) (err error) {
	s.Shard, err = class.ParseShard(text)
	return err
}

// errNoSharedSecret refuses to grade a part with a secret that the others cannot know.
var errNoSharedSecret = cli.Errorf(cli.Usage, "head -c 32 /dev/urandom | base64 > class-secret, and --secret-file class-secret in each part",
	"there is no secret yet, and all parts need the same one")

// mergeWanted tells whether the command line is a merge.
func mergeWanted(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool {
		name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
		return strings.HasPrefix(a, "-") && name == "merge"
	})
}

// helpOnly gives only --help, if it stands anywhere: it may stand where a flag expects a value, as in --submissions --help.
func helpOnly(args []string) []string {
	if i := slices.IndexFunc(args, func(a string) bool { return a == "--help" || a == "-help" || a == "-h" }); i >= 0 {
		return args[i : i+1]
	}
	return args
}

// runGradeMerge puts the parts of a class together.
func runGradeMerge(ctx context.Context, fs *flag.FlagSet, args []string) error {
	var dirs many
	fs.Var(&dirs, "merge", "folder of a part's results; the others follow as arguments")
	out := fs.String("out", "", "folder of the merged results")
	sub := fs.String("submissions", "", "the folder that was graded, for the pages' sources and for similarity")
	secretFile := fs.String("secret-file", "", "file with the class's secret (default ROOT/.course/class-secret)")
	asJSON := fs.Bool("json", false, "print JSON")
	const next = "go tool course grade --merge OUT/1 OUT/2 --out MERGED --submissions DIR"
	rest, err := cli.Parse(fs, args)
	if err != nil {
		return err
	}
	dirs = append(dirs, rest...)
	if *out == "" {
		return cli.Errorf(cli.Usage, next, "a merge needs --out")
	}
	if info, err := os.Stat(*sub); *sub != "" && (err != nil || !info.IsDir()) {
		return cli.Errorf(cli.Usage, next, "there is no folder %s", *sub)
	}
	if *sub != "" && inside(*out, *sub) {
		return cli.Errorf(cli.Usage, next, "the results may not lie in the folder of submissions: choose another --out")
	}
	root, err := workspace.Root()
	if err != nil {
		return &cli.Error{Code: cli.Setup, Err: err}
	}
	secret, err := classSecret(root, *secretFile, false)
	if err != nil {
		return err
	}
	p := classProgress{}
	o := class.Options{Submissions: *sub, Out: *out, Pages: classPages, Log: p.line, Grading: grading.Options{Root: root, Secret: secret}}
	for i := range checks.All {
		o.Exercises = append(o.Exercises, &checks.All[i])
	}
	b, err := class.Merge(ctx, o, dirs)
	var broken *class.Broken
	switch {
	case err == nil:
	case errors.As(err, &broken):
		return &cli.Error{Code: cli.Failed, Err: err, Next: "find out who changed it; to grade this part afresh, give it another --out"}
	case errors.Is(err, class.ErrInput):
		return &cli.Error{Code: cli.Usage, Err: err, Next: next}
	default:
		return &cli.Error{Code: cli.Setup, Err: err, Next: "go tool course doctor"}
	}
	if *sub == "" {
		p.line("without --submissions nothing is compared, and the feedback shows no source")
	}
	return batchOutput(b, *out, *asJSON)
}
