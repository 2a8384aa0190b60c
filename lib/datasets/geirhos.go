package datasets

import (
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
)

// GeirhosPart is one of the published sets of images by which Geirhos et al. 2019 (arXiv:1811.12231) told shape from texture.
type GeirhosPart string

const (
	GeirhosConflicts   GeirhosPart = "cue-conflict"       // the shape of one class in the texture of another, by style transfer
	GeirhosSilhouettes GeirhosPart = "filled-silhouettes" // black on white
	GeirhosEdges       GeirhosPart = "edges"              // white lines on black
)

// conflictName reads the two cues out of a file's name: airplane10-dog3.png is airplane 10 in the texture of dog 3.
var conflictName = regexp.MustCompile(`^([a-z]+)[0-9]+-([a-z]+)[0-9]+\.png$`)

// Geirhos returns published images of 16 classes, brought from 224×224 to side×side by averaging each pixel's area; three channels,
// or one where grey is set. The course knows 160 of the 1280 conflicts, of which none has the texture of its own class, and all 160
// silhouettes and 160 edge images.
//
// The classes of the conflicts come from the list index.csv (columns file, shape, texture) beside them, or, where it is absent,
// from the files' names, and the images have its order. Silhouettes and edge images have no texture: Texture is −1. Boxes are not published: each is the whole image.
//
// The error is ErrAbsent where the files are nowhere, else it names the file. It panics unless side ≥ 1, and on another part.
func Geirhos(part GeirhosPart, side int, grey bool) (*ShapeImages, error) {
	if side < 1 || !slices.Contains([]GeirhosPart{GeirhosConflicts, GeirhosSilhouettes, GeirhosEdges}, part) {
		panic(fmt.Sprintf("datasets: Geirhos(%q, %d)", part, side))
	}
	dir, err := find("cue conflicts", "texture-vs-shape", string(part))
	if err != nil {
		return nil, err
	}
	return readGeirhos(dir, part == GeirhosConflicts, side, grey)
}

func readGeirhos(dir string, conflicts bool, side int, grey bool) (*ShapeImages, error) {
	list := listFolders
	if conflicts {
		list = listConflicts
	}
	files, err := list(dir)
	if err != nil {
		return nil, err
	}
	d := &ShapeImages{Images: Images{
		Name: filepath.Base(dir), N: len(files), H: side, W: side, C: 3,
		Source: fmt.Sprintf("Geirhos et al. 2019, %s, %d images (%s)", filepath.Base(dir), len(files), tidy(dir)),
	}}
	if grey {
		d.C = 1
	}
	for _, f := range files {
		if !slices.Contains(d.Classes, f.shape) {
			d.Classes = append(d.Classes, f.shape)
		}
	}
	slices.Sort(d.Classes)
	d.TextureNames = d.Classes
	for _, f := range files {
		shape, texture := slices.Index(d.Classes, f.shape), slices.Index(d.Classes, f.texture)
		if conflicts && texture < 0 {
			return nil, fmt.Errorf("datasets: %s: the texture %q is no class of a shape: %v", filepath.Join(dir, f.name), f.texture, d.Classes)
		}
		d.Shape, d.Texture = append(d.Shape, int32(shape)), append(d.Texture, int32(texture))
		d.Boxes = append(d.Boxes, image.Rect(0, 0, side, side))
	}
	d.Pix = make([]float32, d.N*side*side*d.C)
	errs := make([]error, d.N)
	parallel(d.N, func(i int) {
		var pix []float32
		pix, errs[i] = readPNG(filepath.Join(dir, filepath.FromSlash(files[i].name)), side, grey)
		copy(d.Image(i), pix)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	d.Labels = d.Shape
	return d, nil
}

type stimulus struct{ name, shape, texture string } // name: from the set's folder, with slashes

// listConflicts reads index.csv, or the names where there is none.
func listConflicts(dir string) ([]stimulus, error) {
	index := filepath.Join(dir, "index.csv")
	f, err := os.Open(index)
	if errors.Is(err, fs.ErrNotExist) {
		return listNames(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = 3
	rows, err := r.ReadAll()
	if err != nil {
		return nil, &FileError{File: index, Offset: -1, Problem: err.Error(), Err: err}
	}
	if len(rows) < 2 || !slices.Equal(rows[0], []string{"file", "shape", "texture"}) {
		return nil, &FileError{File: index, Offset: -1, Problem: "the first line must be file,shape,texture, and images must follow"}
	}
	var all []stimulus
	for _, row := range rows[1:] {
		if !fs.ValidPath(row[0]) || path.Base(row[0]) != row[0] {
			return nil, &FileError{File: index, Offset: -1, Problem: fmt.Sprintf("%q is no name of a file beside it", row[0])}
		}
		all = append(all, stimulus{row[0], row[1], row[2]})
	}
	return all, nil
}

func listNames(dir string) ([]stimulus, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	var all []stimulus
	for _, e := range entries {
		if m := conflictName.FindStringSubmatch(e.Name()); m != nil {
			all = append(all, stimulus{e.Name(), m[1], m[2]})
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("datasets: %s: there is neither index.csv nor a file with a name like airplane10-dog3.png", dir)
	}
	return all, nil
}

// listFolders lists DIR/CLASS/NAME.png.
func listFolders(dir string) ([]stimulus, error) {
	paths, err := fs.Glob(os.DirFS(dir), "*/*.png")
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("datasets: %s: there is no CLASS/NAME.png in it", dir)
	}
	var all []stimulus
	for _, p := range paths {
		all = append(all, stimulus{name: p, shape: path.Dir(p)})
	}
	return all, nil
}

func readPNG(name string, side int, grey bool) ([]float32, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fault(name, -1, "no PNG image: "+err.Error(), err)
	}
	return centreSquare(img, side, grey), nil
}
