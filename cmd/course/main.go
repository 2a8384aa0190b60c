// Command course sets the course up, starts it, runs its lessons, grades its exercises and tests it all.
// It is thin: each verb is a file here with its flags and its printing; the work is done in packages.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"nncourse/cmd/course/internal/cli"
)

// commands is the table of verbs, in the order of a newcomer's need.
var commands = []cli.Command{
	setupCommand,
	labCommand,
	doctorCommand,
	runCommand,
	pathCommand,
	gradeCommand,
	verifyCommand,
	releaseCommand,
	exchangeCommand,
	newExerciseCommand,
	dataCommand,
	testCommand,
	benchCommand,
	playgroundCommand,
	siteCommand,
	seedCommand,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := cli.Main(ctx, commands, os.Args[1:])
	stop()
	os.Exit(code)
}
