package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"nncourse/data"
)

// State is how much of a set lies in one folder.
type State string

const (
	Absent   State = "absent"   // no file
	Partial  State = "partial"  // some files, or a download that was cut
	Wrong    State = "wrong"    // a file has not the manifest's size or checksum
	Complete State = "complete" // all files, each of the right size (and checksum, if that was asked for)
)

// Found is what one data folder holds of a set.
type Found struct {
	Dir      string // the data folder
	State    State
	Files    int      // that are there and right
	Problems []string // what is wrong, a line each
}

// Look finds a set in the data folders, as its reader will: the first folder in which it is complete or in which a file is wrong, else the
// one that holds most of it. verify compares checksums, which reads every file; else only sizes are compared. Content that was
// unpacked (see data.File.Or) counts as there.
func Look(dirs []string, set *data.Set, verify bool) Found {
	best := Found{State: Absent}
	for _, dir := range dirs {
		found := lookIn(dir, set, verify)
		if found.State == Complete || found.State == Wrong {
			return found
		}
		if found.State == Partial && (best.State == Absent || found.Files > best.Files) {
			best = found
		}
	}
	return best
}

func lookIn(dir string, set *data.Set, verify bool) Found {
	found := Found{Dir: dir, State: Absent}
	folder := filepath.Join(dir, set.Folder)
	touched := false
	for _, file := range set.Files {
		path := filepath.Join(folder, filepath.FromSlash(file.Path))
		st, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if unpacked(folder, file) {
				found.Files++
			} else if _, err := os.Stat(path + ".part"); err == nil {
				touched = true
				found.Problems = append(found.Problems, path+".part: a download that was cut; fetch continues it")
			}
			continue
		case err != nil:
			found.Problems = append(found.Problems, err.Error())
			found.State = Wrong
			continue
		case verify || st.Size() != file.Size:
			err = Verify(path, file)
		}
		if err != nil {
			found.State = Wrong
			found.Problems = append(found.Problems, err.Error())
			continue
		}
		if file.Unpack && !unpacked(folder, file) {
			touched = true
			found.Problems = append(found.Problems, path+": not unpacked yet; fetch does it")
			continue
		}
		found.Files++
	}
	switch {
	case found.State == Wrong:
	case found.Files == len(set.Files):
		found.State = Complete
	case found.Files > 0 || touched:
		found.State = Partial
		if missing := len(set.Files) - found.Files; missing > 0 {
			found.Problems = append(found.Problems, fmt.Sprintf("%d of %d files are not there", missing, len(set.Files)))
		}
	}
	return found
}

// unpacked says whether the paths that stand in for the file are all there.
func unpacked(folder string, file data.File) bool {
	for _, p := range file.Or {
		if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(p))); err != nil {
			return false
		}
	}
	return len(file.Or) > 0
}
