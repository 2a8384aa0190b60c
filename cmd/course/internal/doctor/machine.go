package doctor

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

func machine(root string) Machine {
	m := Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Cores: runtime.GOMAXPROCS(0)}
	if f, err := os.Open("/proc/meminfo"); err == nil {
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan(); {
			var kb int
			if strings.HasPrefix(s.Text(), "MemTotal:") {
				if _, err := fmt.Sscanf(s.Text(), "MemTotal: %d kB", &kb); err == nil {
					m.MemoryMB = kb / 1024
				}
			}
		}
	}
	m.DiskMB = freeMB(root)
	return m
}
