package workspace

import (
	"runtime"
	"slices"
	"testing"
)

func TestEnviron(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has the setting")
	}
	given := append(make([]string, 0, 8), "A=1")
	got := Environ(given)
	if want := []string{"A=1", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if more := given[:2]; more[1] != "" {
		t.Errorf("Environ wrote into its argument's memory: %q", more)
	}
	own := []string{"GLIBC_TUNABLES=glibc.malloc.check=1", "A=1"}
	if got := Environ(own); !slices.Equal(got, own) {
		t.Errorf("the user's own setting became %q", got)
	}
}
