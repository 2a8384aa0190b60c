package workspace

import (
	"runtime"
	"strings"
)

// Environ adds to the environment of a program that computes through XLA what makes its memory cheap, and gives back the result.
//
// XLA's CPU code takes the memory for the results in between (115 MB for a step of a small transformer) anew at each call and returns it
// afterwards. In pages of 4 KB that costs one fault for each page, in each step. glibc asks the kernel for pages of 2 MB if
// GLIBC_TUNABLES contains glibc.malloc.hugetlb=1 when the program starts: 28 000 faults a step become a few hundred, and the step takes a
// quarter less time. Only Linux's glibc (2.35 and later) reads the variable; a GLIBC_TUNABLES that is set already is left as it is.
func Environ(env []string) []string {
	const name = "GLIBC_TUNABLES="
	if runtime.GOOS != "linux" {
		return env
	}
	for _, kv := range env {
		if strings.HasPrefix(kv, name) {
			return env
		}
	}
	return append(env[:len(env):len(env)], name+"glibc.malloc.hugetlb=1")
}
