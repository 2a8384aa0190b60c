package datasets

import (
	"fmt"
	"path/filepath"
)

var digitClasses = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

// MNIST returns the handwritten digits of LeCun, Cortes and Burges: 60000 images to train on, 10000 to test on,
// 28×28×1, white ink on black, the classes "0" … "9". The files are the four IDX files in the folder mnist, packed
// or plain. The error is ErrAbsent where they are nowhere and a *FileError where one is cut off, corrupt or wrong.
func MNIST(s Split) (*Images, error) {
	return idxImages("mnist", "MNIST", s, digitClasses)
}

// FashionMNIST returns Zalando's articles of clothing (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747): shapes, counts
// and files as those of MNIST, in the folder fashion-mnist.
func FashionMNIST(s Split) (*Images, error) {
	return idxImages("fashion-mnist", "Fashion-MNIST", s, []string{"T-shirt/top", "trouser", "pullover", "dress", "coat",
		"sandal", "shirt", "sneaker", "bag", "ankle boot"})
}

// idxImages reads the images and labels of one part of a set laid out as MNIST is.
func idxImages(set, name string, s Split, classes []string) (*Images, error) {
	prefix, ok := map[Split]string{Train: "train", Test: "t10k"}[s]
	if !ok {
		panic(fmt.Sprintf("datasets: %s: no such part: %v", name, s))
	}
	imagesPath, err := find(set, set, prefix+"-images-idx3-ubyte.gz", prefix+"-images-idx3-ubyte", prefix+"-images.idx3-ubyte")
	if err != nil {
		return nil, err
	}
	labelsPath, err := find(set, set, prefix+"-labels-idx1-ubyte.gz", prefix+"-labels-idx1-ubyte", prefix+"-labels.idx1-ubyte")
	if err != nil {
		return nil, err
	}
	shape, pix, err := readIDXFile(imagesPath, 3)
	if err != nil {
		return nil, err
	}
	if shape[1] != 28 || shape[2] != 28 {
		return nil, fault(imagesPath, 8, fmt.Sprintf("images of 28×28 expected, found %d×%d", shape[1], shape[2]), nil)
	}
	labelShape, labels, err := readIDXFile(labelsPath, 1)
	if err != nil {
		return nil, err
	}
	if labelShape[0] != shape[0] {
		return nil, fault(labelsPath, 4, fmt.Sprintf("%d labels for the %d images of %s", labelShape[0], shape[0], filepath.Base(imagesPath)), nil)
	}
	d := &Images{
		Name:   name + " " + s.String(),
		Source: fmt.Sprintf("%s, %s part, %d images (%s)", name, s, shape[0], tidy(filepath.Dir(imagesPath))),
		N:      shape[0], H: 28, W: 28, C: 1,
		Pix: unit(pix), Labels: make([]int32, len(labels)), Classes: classes,
	}
	for i, l := range labels {
		if int(l) >= len(classes) {
			return nil, fault(labelsPath, int64(8+i), fmt.Sprintf("label %d of image %d is not in 0…%d", l, i, len(classes)-1), nil)
		}
		d.Labels[i] = int32(l)
	}
	return d, nil
}

// unit maps bytes to [0, 1]: b ↦ b/255.
func unit(b []byte) []float32 {
	var table [256]float32
	for i := range table {
		table[i] = float32(i) / 255
	}
	out := make([]float32, len(b))
	for i, v := range b {
		out[i] = table[v]
	}
	return out
}
