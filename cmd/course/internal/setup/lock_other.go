//go:build !unix

package setup

// lock does nothing where the system has no flock.
func lock(path string) (unlock func(), err error) { return func() {}, nil }
