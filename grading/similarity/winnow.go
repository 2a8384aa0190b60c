package similarity

import "encoding/binary"

// gram is a k-gram that was kept: a fingerprint and where it is.
type gram struct {
	hash     uint64
	row, pos int // of its first token
}

// kgrams gives the hash of every k tokens in a row.
func kgrams(r row, k int) []uint64 {
	if len(r) < k {
		return nil
	}
	all := make([]uint64, len(r)-k+1)
	buf := make([]byte, 8*k)
	for i := range all {
		for j := range k {
			binary.LittleEndian.PutUint64(buf[8*j:], r[i+j].kind)
		}
		all[i] = hashOf(buf)
	}
	return all
}

// winnow keeps, of every window of w hashes in a row, the least; of equal ones, that which the window before has kept, else
// the rightmost (robust winnowing, in the same paper: without it, a thousand times the same statement would give
// a thousand fingerprints). Hashes for which skip is true count as infinite, and are not kept. A row with fewer than w
// hashes is one window.
func winnow(hashes []uint64, w int, skip func(uint64) bool, keep func(pos int, hash uint64)) {
	if len(hashes) == 0 {
		return
	}
	w = min(w, len(hashes))
	last := -1 // position of the hash kept last
	for lo := 0; lo+w <= len(hashes); lo++ {
		least := -1
		for i := lo; i < lo+w; i++ {
			if !skip(hashes[i]) && (least < 0 || hashes[i] <= hashes[least]) {
				least = i
			}
		}
		if least < 0 || last >= lo && hashes[last] == hashes[least] {
			continue
		}
		keep(least, hashes[least])
		last = least
	}
}
