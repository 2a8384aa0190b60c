// Package sandbox runs a program that is not trusted.
package sandbox

// Status says what this machine offers.
type Status struct {
	Level  string `json:"level"`  // "landlock+seccomp+rlimits", "seccomp+rlimits", "landlock+rlimits", "rlimits", "none"
	Why    string `json:"why"`    // why not more, "" at the highest level
	Advice string `json:"advice"` // what to do about it, "" if nothing
}
