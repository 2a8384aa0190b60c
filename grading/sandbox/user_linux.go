package sandbox

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// A program that a grader with root's rights starts gets a user number of its own, so that limits that count per user
// count for it alone, and that nothing it could reach belongs to it. The numbers come from a range that no tool gives
// to users or containers: 0x7000_0000 + 64 × the grader's process number + a slot. Where this user namespace has no such
// numbers (a container of one's own user has 65 536), they come from 40 000 to 56 383.
const (
	uidBase, uidSlots           = 0x7000_0000, 64
	smallUIDBase, smallUIDSlots = 40_000, 32
)

var slots struct {
	sync.Mutex
	used [uidSlots]int
}

// takeUID gives a user number that no other running program has, as long as the grader runs fewer than 64 (32) at once,
// and a function that gives it back.
func takeUID() (uid int, release func(), err error) {
	size := uidSlots
	base := uidBase + os.Getpid()%(1<<22)*uidSlots
	if !mapped("/proc/self/uid_map", base+uidSlots) || !mapped("/proc/self/gid_map", base+uidSlots) {
		size = smallUIDSlots
		base = smallUIDBase + os.Getpid()%512*smallUIDSlots
		if !mapped("/proc/self/uid_map", base+size) || !mapped("/proc/self/gid_map", base+size) {
			return 0, nil, fmt.Errorf("this user namespace has no user number to spare")
		}
	}
	slots.Lock()
	defer slots.Unlock()
	best := 0
	for i := range size {
		if slots.used[i] < slots.used[best] {
			best = i
		}
	}
	slots.used[best]++
	return base + best, func() {
		slots.Lock()
		slots.used[best]--
		slots.Unlock()
	}, nil
}

var maps sync.Map // file → content

// mapped tells whether the map of this user namespace has the number.
func mapped(file string, id int) bool {
	content, ok := maps.Load(file)
	if !ok {
		b, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		content, _ = maps.LoadOrStore(file, string(b))
	}
	for line := range strings.Lines(content.(string)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		from, _ := strconv.Atoi(f[0])
		n, _ := strconv.Atoi(f[2])
		if id >= from && id-from < n {
			return true
		}
	}
	return false
}

// lend makes the order's files usable for the user uid: what it may write becomes its own, and so does a folder that it
// may read and that is closed to others, which must be the Spec's alone. The function gives them back, with all that
// was made in them.
//
// An error says that the user could not read something: then it cannot be used.
func lend(o order, uid int, root bool) (giveBack func(), err error) {
	type loan struct {
		path     string
		uid, gid int
	}
	var loans []loan
	giveBack = func() {
		for _, l := range loans {
			chown(l.path, l.uid, l.gid)
		}
	}
	fail := func(err error) (func(), error) {
		giveBack()
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Stat(o.Path, &st); err == nil && st.Mode&0o001 == 0 {
		return fail(fmt.Errorf("%s cannot be executed by other users", o.Path))
	}
	for i, path := range append(append([]string(nil), o.Write...), o.Read...) {
		if err := unix.Stat(path, &st); err != nil {
			return fail(fmt.Errorf("%s: %w", path, err))
		}
		dir := st.Mode&unix.S_IFMT == unix.S_IFDIR
		switch {
		case i < len(o.Write), dir && st.Mode&0o005 != 0o005:
			loans = append(loans, loan{path, int(st.Uid), int(st.Gid)})
			if err := chown(path, uid, uid); err != nil {
				return fail(err)
			}
		case o.Profile == Compile: // a compiler that could not read something would blame the submission
			if err := readable(path); err != nil {
				return fail(err)
			}
		}
		if !root {
			// Without a root of its own, the folders above count as well.
			for p := filepath.Dir(path); ; p = filepath.Dir(p) {
				if err := unix.Stat(p, &st); err != nil || st.Mode&0o001 == 0 && int(st.Uid) != uid {
					return fail(fmt.Errorf("%s is closed to other users", p))
				}
				if p == "/" {
					break
				}
			}
		}
	}
	return giveBack, nil
}

// chown gives a folder and all in it to a user. It follows no link.
func chown(path string, uid, gid int) error {
	return filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(p, uid, gid)
	})
}

var known sync.Map // path → struct{}: found readable

// readable tells whether everybody may read the file, or the folder and what is in it. The answer yes is kept.
func readable(path string) error {
	if _, ok := known.Load(path); ok {
		return nil
	}
	n := 0
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if n++; err != nil || n > 2000 {
			return fs.SkipAll // it changes as we look, or is huge; it is not the grader's
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		m := info.Mode()
		if m.IsDir() && m&0o005 != 0o005 || m.IsRegular() && m&0o004 == 0 {
			return fmt.Errorf("%s is closed to other users", p)
		}
		return nil
	})
	if err == nil {
		known.Store(path, struct{}{})
	}
	return err
}
