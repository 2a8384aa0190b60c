//go:build unix && !linux

package sandbox

// AllowXLA changes nothing where there is no sandbox.
func (s *Spec) AllowXLA(plugin string) error { return nil }
