package nb_test

import (
	"os"
	"path/filepath"
	"testing"

	"nncourse/lib/nb"
	"nncourse/lib/workspace"
)

func TestBudget(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module nncourse\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv(workspace.RootEnv, root)
	for _, c := range []struct {
		env, dir string
		steps    int
	}{
		{"", "net", 4000},
		{"0", "net", 4000},
		{"1", "net-fast", 300},
	} {
		t.Setenv(workspace.FastEnv, c.env)
		if got := nb.Budget(4000, 300); got != c.steps {
			t.Errorf("%s=%q: Budget(4000, 300) = %d, want %d", workspace.FastEnv, c.env, got, c.steps)
		}
		if got := filepath.Base(nb.Checkpoint("net")); got != c.dir {
			t.Errorf("%s=%q: Checkpoint(net) is in %s, want %s", workspace.FastEnv, c.env, got, c.dir)
		}
	}
}
