package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
)

func TestParseFlagsAnywhere(t *testing.T) {
	for _, c := range []struct {
		args       []string
		positional []string
		json       bool
	}{
		{[]string{"a", "--json", "b"}, []string{"a", "b"}, true},
		{[]string{"--json"}, nil, true},
		{[]string{"a", "b"}, []string{"a", "b"}, false},
		{[]string{"a", "--", "--json"}, []string{"a", "--json"}, false},
	} {
		fs := flag.NewFlagSet("x", flag.ContinueOnError)
		asJSON := fs.Bool("json", false, "")
		got, err := Parse(fs, c.args)
		if err != nil || !slices.Equal(got, c.positional) || *asJSON != c.json {
			t.Errorf("Parse(%q) = %q, json %v, %v; want %q, %v", c.args, got, *asJSON, err, c.positional, c.json)
		}
	}
}

func TestExitCodes(t *testing.T) {
	verb := func(err error) Command {
		return Command{Name: "v", Example: "course v", Run: func(ctx context.Context, fs *flag.FlagSet, args []string) error {
			if _, perr := Parse(fs, args); perr != nil {
				return perr
			}
			return err
		}}
	}
	for _, c := range []struct {
		err  error
		args []string
		want int
	}{
		{nil, []string{"v"}, OK},
		{nil, []string{"v", "--help"}, OK},
		{nil, []string{"v", "--unknown"}, Usage},
		{nil, []string{"nothing"}, Usage},
		{nil, nil, OK},
		{errors.New("x"), []string{"v"}, Failed},
		{Errorf(Setup, "do this", "x"), []string{"v"}, Setup},
		{fmt.Errorf("wrapped: %w", Errorf(Usage, "", "x")), []string{"v"}, Usage},
	} {
		if got := Main(context.Background(), []Command{verb(c.err)}, c.args); got != c.want {
			t.Errorf("%q with %v: exit code %d, want %d", c.args, c.err, got, c.want)
		}
	}
}
