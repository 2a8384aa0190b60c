//go:build !unix

package doctor

// freeMB is the free space of the disk on which the folder lies; 0 if unknown.
func freeMB(dir string) int { return 0 }
