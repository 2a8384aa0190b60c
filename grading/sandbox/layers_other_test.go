//go:build !linux

package sandbox

func special(what string) {}
